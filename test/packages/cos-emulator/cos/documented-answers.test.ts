import { beforeEach, expect, test } from "vitest";
import { type Asked, ask, textsOf } from "./asking.ts";
import { begin, complete } from "./multipart-support.ts";
import { BUCKET_HOST, startCos, type TestCos } from "./support.ts";

// The examples of COS's pages, each named with its page: the elements in their order, the headers, the sentences.

const TIME = "2026-01-02T03:04:05";
const ETAG = "&quot;[0-9a-f]{32}&quot;";
const APP = "<Owner><ID>1250000000</ID><DisplayName>1250000000</DisplayName></Owner>";

let cos: TestCos;

beforeEach(async () => {
  // Listings show whole seconds.
  cos = await startCos({ clock: () => Date.parse(`${TIME}.678Z`) });
});

const put = (key: string, more: Asked = {}) => ask(cos, "PUT", key, { body: "a", ...more });
const enableVersioning = () =>
  ask(cos, "PUT", "", {
    query: { versioning: "" },
    body: "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
  });
const matching = (...parts: string[]) => expect.stringMatching(new RegExp(parts.join("")));
const text = async (answer: ReturnType<typeof ask>) => (await answer).body.toString();

test("GET Bucket, 436/7734: the region, whole seconds, and slashes that encoding-type leaves", async () => {
  await put("照片/IMG 1.jpg");
  const answer = await ask(cos, "GET", "", { query: { "encoding-type": "url" } });
  expect(answer.headers["x-cos-bucket-region"]).toBe("ap-guangzhou");
  expect(answer.body.toString()).toEqual(
    matching(
      "<EncodingType>url</EncodingType>.*",
      `<Key>%E7%85%A7%E7%89%87/IMG%201.jpg</Key><LastModified>${TIME}.000Z</LastModified>`,
      `<ETag>${ETAG}</ETag><Size>1</Size>${APP}<StorageClass>STANDARD</StorageClass>`,
    ),
  );
});

test("GET Bucket Object versions, 436/35521: the owner last, and an empty marker after a folder", async () => {
  await enableVersioning();
  await put("a/b");
  await put("c");
  expect(await text(ask(cos, "GET", "", { query: { versions: "", prefix: "c" } }))).toEqual(
    matching(`<Size>1</Size><StorageClass>STANDARD</StorageClass>${APP}</Version>`),
  );
  const page = ask(cos, "GET", "", { query: { versions: "", delimiter: "/", "max-keys": "1" } });
  expect(await text(page)).toContain(
    "<NextKeyMarker>a/</NextKeyMarker><NextVersionIdMarker></NextVersionIdMarker>",
  );
});

test("GET Bucket Object versions, 436/35521: a marker stands between the versions, by key and newest first", async () => {
  await enableVersioning();
  await put("a");
  await ask(cos, "DELETE", "a");
  await put("b");
  const body = await text(ask(cos, "GET", "", { query: { versions: "" } }));
  expect(
    [...body.matchAll(/<(Version|DeleteMarker)><Key>(.)</g)].map(([, kind, key]) => `${key} ${kind}`),
  ).toEqual(["a DeleteMarker", "a Version", "b Version"]);
});

test("lists, 436/7734 and 436/35521: the tier of an object in INTELLIGENT_TIERING, and of no other", async () => {
  await put("a", { headers: { "x-cos-storage-class": "INTELLIGENT_TIERING" } });
  await put("b");
  const tiered = "<StorageClass>INTELLIGENT_TIERING</StorageClass><StorageTier>FREQUENT</StorageTier>";
  for (const query of [{}, { versions: "" }]) {
    const body = await text(ask(cos, "GET", "", { query }));
    expect(body).toContain(tiered);
    expect(body.match(/<StorageTier>/g)).toHaveLength(1);
  }
});

test("Complete Multipart Upload, 436/7742: the version null while versioning is suspended", async () => {
  await ask(cos, "PUT", "", {
    query: { versioning: "" },
    body: "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>",
  });
  const uploadId = await begin(cos, "a");
  const etag = String((await put("a", { query: { partNumber: "1", uploadId } })).headers["etag"]);
  expect((await complete(cos, "a", uploadId, [etag])).headers["x-cos-version-id"]).toBe("null");
});

test("PUT Object - Copy, 436/10881: whole seconds, and the versions of both", async () => {
  await enableVersioning();
  const versionId = (await put("a")).headers["x-cos-version-id"];
  const source = (query: string) => ({ "x-cos-copy-source": `${BUCKET_HOST}/a${query}` });
  const answer = await put("b", { body: "", headers: source(`?versionId=${versionId}`) });
  expect(answer.headers["x-cos-copy-source-version-id"]).toBe(versionId);
  expect(answer.body.toString()).toEqual(
    matching(
      `<CopyObjectResult><ETag>${ETAG}</ETag><CRC64>\\d+</CRC64><LastModified>${TIME}Z</LastModified>`,
      `<VersionId>${answer.headers["x-cos-version-id"]}</VersionId></CopyObjectResult>`,
    ),
  );
  expect((await put("c", { body: "", headers: source("") })).headers).not.toHaveProperty(
    "x-cos-copy-source-version-id",
  );
});

test("List Parts, 436/7747, and Complete Multipart Upload with its namespace, 436/7742", async () => {
  const uploadId = await begin(cos, "a");
  const query = { partNumber: "1", uploadId };
  const etag = String((await put("a", { query })).headers["etag"]);
  expect(await text(ask(cos, "GET", "a", { query: { uploadId } }))).toEqual(
    matching(
      `<EncodingType></EncodingType><Key>a</Key><UploadId>${uploadId}</UploadId>${APP}`,
      "<PartNumberMarker>0</PartNumberMarker><Initiator><ID>qcs::cam::uin/100000000001:uin/100000000001</ID>.*</Initiator>",
      `<Part><PartNumber>1</PartNumber><LastModified>${TIME}.000Z</LastModified><ETag>${ETAG}</ETag><Size>1</Size></Part>`,
      "<StorageClass>STANDARD</StorageClass><MaxParts>1000</MaxParts><IsTruncated>false</IsTruncated>",
    ),
  );
  expect((await complete(cos, "a", uploadId, [etag])).body.toString()).toContain(
    '<CompleteMultipartUploadResult xmlns="http://www.qcloud.com/document/product/436/7751"><Location>',
  );
});

test("what COS may need minutes for is in chunks: Complete, 436/7742, and copies, 436/10881 and 436/8287", async () => {
  const uploadId = await begin(cos, "a");
  const source = { "x-cos-copy-source": `${BUCKET_HOST}/a` };
  const query = { partNumber: "1", uploadId };
  const etag = String((await put("a")).headers["etag"]);
  const answers = [
    await put("b", { body: "", headers: source }),
    await put("a", { body: "", headers: source, query }),
    await complete(cos, "a", uploadId, [etag]),
  ];
  for (const { status, headers } of answers) {
    expect(status).toBe(200);
    expect(headers["transfer-encoding"]).toBe("chunked");
    expect(headers).not.toHaveProperty("content-length");
  }
});

test("List Multipart Uploads, 436/7736, and GET Service, 436/8291: the elements in their order", async () => {
  const uploadId = await begin(cos, "a");
  const account =
    "<ID>qcs::cam::uin/100000000001:uin/100000000001</ID><DisplayName>100000000001</DisplayName>";
  expect(await text(ask(cos, "GET", "", { query: { uploads: "", delimiter: "/" } }))).toContain(
    [
      "<MaxUploads>1000</MaxUploads><Prefix></Prefix><Delimiter>/</Delimiter><IsTruncated>false</IsTruncated>",
      `<Upload><Key>a</Key><UploadId>${uploadId}</UploadId><Initiator>${account}</Initiator>`,
      `<Owner>${account}</Owner><StorageClass>STANDARD</StorageClass><Initiated>${TIME}.000Z</Initiated></Upload>`,
    ].join(""),
  );
  const service = ask(cos, "GET", "", { headers: { host: "service.cos.myqcloud.com" } });
  expect(await text(service)).toEqual(
    matching(
      `<Owner>${account}</Owner><Marker></Marker><NextMarker></NextMarker><IsTruncated>false</IsTruncated>`,
      `<Buckets><Bucket><Name>uploads-1250000000</Name><Location>ap-guangzhou</Location><CreationDate>${TIME}Z</CreationDate>`,
    ),
  );
});

test("GET Object acl, 436/7744: the kinds of grantees, by which cos-java-sdk-v5 tells them apart", async () => {
  await put("a", { headers: { "x-cos-grant-read-acp": 'id="100000000002"', "x-cos-acl": "public-read" } });
  const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
  const body = await text(ask(cos, "GET", "a", { query: { acl: "" } }));
  expect(body).toContain(
    `<Grantee ${xsi} xsi:type="Group"><URI>http://cam.qcloud.com/groups/global/AllUsers</URI>`,
  );
  const id = "qcs::cam::uin/100000000002:uin/100000000002";
  expect(body).toContain(
    `<Grantee ${xsi} xsi:type="CanonicalUser"><ID>${id}</ID><DisplayName>${id}</DisplayName></Grantee>`,
  );
});

test("the refusals of GET and HEAD Object, 436/7753 and 436/7745", async () => {
  await put("a");
  const condition = { headers: { "if-match": '"0"' } };
  const refused = await ask(cos, "GET", "a", condition);
  expect([refused.status, textsOf(refused, "Message")]).toEqual([412, ["Precondition not match."]]);
  const { status, headers } = await ask(cos, "HEAD", "a", condition);
  expect([status, headers["content-length"]]).toEqual([412, "0"]);
  expect(headers["x-cos-trace-id"]).toMatch(/^[\w+/]+=*$/);
  expect((await ask(cos, "HEAD", "a")).headers).not.toHaveProperty("x-cos-trace-id");

  await put("b", { headers: { "x-cos-storage-class": "ARCHIVE" } });
  const archived = await ask(cos, "GET", "b");
  expect(archived.headers["x-cos-storage-class"]).toBe("ARCHIVE");
  expect(textsOf(archived, "Message")).toEqual(["The operation is not valid for the object storage class."]);
});

test("OPTIONS Object, 436/8288: credentials for one origin, and the sentence of the refusal", async () => {
  const rule = (origin: string) =>
    `<CORSRule><AllowedOrigin>${origin}</AllowedOrigin><AllowedMethod>PUT</AllowedMethod></CORSRule>`;
  const ORIGIN = "https://www.example.com";
  const preflight = async (...origins: string[]) => {
    const body = `<CORSConfiguration>${origins.map(rule).join("")}</CORSConfiguration>`;
    await ask(cos, "PUT", "", { query: { cors: "" }, body });
    const headers = { origin: ORIGIN, "access-control-request-method": "PUT" };
    return cos.send({ method: "OPTIONS", path: "/a", headers });
  };
  const allowed = (await preflight(ORIGIN)).headers;
  expect(allowed["access-control-allow-credentials"]).toBe("true");
  expect(allowed).not.toHaveProperty("access-control-allow-headers");
  expect((await preflight("*")).headers).not.toHaveProperty("access-control-allow-credentials");
  expect((await preflight("https://other.example.com")).message).toMatch(
    /^CORSResponse: .* not allowed\. .* evalution of Origin, .* not whitelisted by the resource(?:'|&apos;)s CORS spec$/,
  );
});

test("lists, 436/7730: a delimiter is one character", async () => {
  for (const of of [{}, { versions: "" }, { uploads: "" }]) {
    const list = (delimiter: string) => ask(cos, "GET", "", { query: { ...of, delimiter } });
    expect(await list("//")).toMatchObject({ status: 400, code: "InvalidDelimiter" });
    expect((await list("夹")).status).toBe(200);
  }
});

test("PUT Bucket cors, 436/8279: at most 64 KB", async () => {
  const rule = "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>";
  const configuration = `<CORSConfiguration>${rule}</CORSConfiguration>`;
  const put64 = (more: number) =>
    ask(cos, "PUT", "", { query: { cors: "" }, body: configuration.padEnd(64 * 1024 + more) });
  expect((await put64(0)).status).toBe(200);
  expect(await put64(1)).toMatchObject({ status: 400, code: "XMLSizeLimit" });
});
