import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { parsePolicy } from "../../../../packages/cos-emulator/src/cam/parse-policy.ts";
import { Buckets } from "../../../../packages/cos-emulator/src/cos/store/buckets.ts";
import type { TemporaryCredential } from "../../../../packages/cos-emulator/src/sts/credential-store.ts";
import {
  type Answer,
  BUCKET_HOST,
  START_SECONDS,
  signedHeaders,
  startCos,
  type TestCos,
  type ToSign,
} from "./support.ts";

const OTHER = "other-1250000000";
const hostOf = (name: string, region: string) => `${name}.cos.${region}.myqcloud.com`;
const OTHER_HOST = hostOf(OTHER, "ap-beijing");

interface Ask {
  readonly host?: string;
  readonly key?: string;
  readonly body?: string;
  readonly credential?: TemporaryCredential;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
}

function ask(cos: TestCos, method: ToSign["method"], options: Ask = {}): Promise<Answer> {
  const { host = OTHER_HOST, key = "", body, credential, query = {}, headers = {} } = options;
  const signed = signedHeaders({
    method,
    key,
    query,
    headers: { host, ...headers },
    ...(credential && { credential }),
  });
  const search = new URLSearchParams(query).toString();
  const path = `/${key}${search === "" ? "" : `?${search}`}`;
  return cos.send({ method, path, headers: signed, ...(body !== undefined && { body }) });
}

async function listed(cos: TestCos, host: string, query: Record<string, string> = {}) {
  const answer = await ask(cos, "GET", { host, query });
  const isArray = (name: string) => name === "Bucket";
  const result = new XMLParser({ isArray }).parse(answer.body.toString()).ListAllMyBucketsResult;
  const buckets: { Name: string }[] = result.Buckets?.Bucket ?? [];
  return { result, names: buckets.map(({ Name }) => Name) };
}

describe("PUT, HEAD and DELETE Bucket", () => {
  test("a bucket in another region has its own objects, and can be deleted when it is empty", async () => {
    const cos = await startCos();
    expect(await ask(cos, "HEAD")).toMatchObject({ status: 404 });
    expect(await ask(cos, "PUT")).toMatchObject({ status: 200 });
    expect((await ask(cos, "HEAD")).headers["x-cos-bucket-region"]).toBe("ap-beijing");
    expect((await ask(cos, "PUT", { key: "a", body: "other" })).status).toBe(200);
    expect((await ask(cos, "PUT", { host: cos.host, key: "a", body: "default" })).status).toBe(200);
    expect((await ask(cos, "GET", { key: "a" })).body.toString()).toBe("other");
    expect((await ask(cos, "GET", { host: BUCKET_HOST, key: "a" })).body.toString()).toBe("default");

    expect(await ask(cos, "DELETE")).toMatchObject({ status: 409, code: "BucketNotEmpty" });
    await ask(cos, "DELETE", { key: "a" });
    expect((await ask(cos, "DELETE")).status).toBe(204);
    expect(await ask(cos, "GET", { key: "a" })).toMatchObject({ status: 404, code: "NoSuchBucket" });
    expect(await readdir(join(cos.directory, "buckets"))).toEqual([]);
  });

  test("a PUT without a length has an empty body, as cos-c-sdk-v5 creates a bucket (cos_transport.c)", async () => {
    const cos = await startCos();
    const headers = signedHeaders({ method: "PUT", key: "", headers: { host: OTHER_HOST } });
    const lines = ["PUT / HTTP/1.1", ...Object.entries(headers).map((pair) => pair.join(": ")), "", ""];
    const socket = connect(cos.port, "127.0.0.1", () => socket.write(lines.join("\r\n")));
    const [answer] = await once(socket, "data");
    socket.destroy();
    expect(String(answer)).toMatch(/^HTTP\/1.1 200 /);
  });

  test("creating an existing bucket of one's own is refused with 409 BucketAlreadyOwnedByYou, in any region", async () => {
    const cos = await startCos();
    await ask(cos, "PUT");
    for (const host of [OTHER_HOST, hostOf(OTHER, "ap-shanghai"), BUCKET_HOST, cos.host]) {
      expect(await ask(cos, "PUT", { host })).toMatchObject({ status: 409, code: "BucketAlreadyOwnedByYou" });
    }
  });

  test("two simultaneous requests create one bucket", async () => {
    const cos = await startCos();
    const answers = await Promise.all([ask(cos, "PUT"), ask(cos, "PUT")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test("a bucket with an unfinished upload cannot be deleted", async () => {
    const cos = await startCos();
    await ask(cos, "PUT");
    const begun = await ask(cos, "POST", { key: "a", query: { uploads: "" } });
    const uploadId = /<UploadId>(.*?)</.exec(begun.body.toString())?.[1] ?? "";
    expect(await ask(cos, "DELETE")).toMatchObject({ status: 409, code: "BucketNotEmpty" });
    await ask(cos, "DELETE", { key: "a", query: { uploadId } });
    expect((await ask(cos, "DELETE")).status).toBe(204);
  });

  test("the default bucket can be deleted and created again, without its old settings", async () => {
    const cos = await startCos();
    const { host } = cos;
    const policy = JSON.stringify({
      version: "2.0",
      statement: [{ principal: { qcs: ["*"] }, effect: "allow", action: ["*"], resource: ["*"] }],
    });
    await ask(cos, "PUT", { host, query: { policy: "" }, body: policy });
    expect((await ask(cos, "DELETE", { host })).status).toBe(204);
    expect(await ask(cos, "PUT", { host, key: "a", body: "x" })).toMatchObject({ code: "NoSuchBucket" });
    expect((await ask(cos, "PUT", { host })).status).toBe(200);
    expect(await ask(cos, "GET", { host, query: { policy: "" } })).toMatchObject({
      code: "NoSuchBucketPolicy",
    });
    expect((await ask(cos, "PUT", { host, key: "a", body: "x" })).status).toBe(200);
  });

  test("buckets and their objects survive a restart", async () => {
    const cos = await startCos();
    await ask(cos, "PUT");
    await ask(cos, "PUT", { key: "a", body: "kept" });
    const first = { bucket: { name: "uploads-1250000000", region: "ap-guangzhou" } };
    const folder = join(cos.directory, "buckets");
    const buckets = await Buckets.open({ ...(await startCos()).buckets.default, ...first }, folder);
    const again = await startCos({ buckets });
    expect((await ask(again, "GET", { key: "a" })).body.toString()).toBe("kept");
    expect(buckets.find(OTHER)).toMatchObject({
      bucket: { region: "ap-beijing" },
      created: START_SECONDS * 1000,
    });
  });

  test.each([
    ["unsigned", 403, "AccessDenied"],
    ["a hyphen before the APPID", 400, "InvalidBucketName", hostOf("a--1250000000", "ap-beijing")],
    // https://cloud.tencent.com/document/product/436/7730
    ["61 characters", 400, "BucketNameTooLong", hostOf(`${"a".repeat(50)}-1250000000`, "ap-beijing")],
    ["another account's APPID", 403, "AccessDenied", hostOf("a-1250000001", "ap-beijing")],
    ["a region that COS does not have", 400, "InvalidRegionName", hostOf("a-1250000000", "ap-nowhere")],
    ["a repeated tag", 400, "InvalidTag", OTHER_HOST, { "x-cos-tagging": "a=b&a=c" }],
    ["an object's ACL", 400, "InvalidArgument", OTHER_HOST, { "x-cos-acl": "bucket-owner-read" }],
    ["an unknown ACL", 400, "InvalidArgument", OTHER_HOST, { "x-cos-acl": "everyone" }],
    ["a grant to nobody", 400, "InvalidArgument", OTHER_HOST, { "x-cos-grant-read": "100000000002" }],
  ] as const)(
    "%s: %i %s",
    async (name, status, code, host: string = OTHER_HOST, headers: Record<string, string> = {}) => {
      const cos = await startCos();
      const answer =
        name === "unsigned"
          ? await cos.send({ method: "PUT", path: "/", headers: { host } })
          : await ask(cos, "PUT", { host, headers });
      expect(answer).toMatchObject({ status, code });
      expect(await readdir(join(cos.directory, "buckets"))).toEqual([]);
    },
  );

  test("a bucket gets the ACL given at its creation", async () => {
    const cos = await startCos();
    const headers = { "x-cos-acl": "public-read" };
    expect((await ask(cos, "PUT", { headers })).status).toBe(200);
    await ask(cos, "PUT", { key: "a", body: "open" });
    const read = await cos.send({ method: "GET", path: "/a", headers: { host: OTHER_HOST } });
    expect([read.status, read.body.toString()]).toEqual([200, "open"]);
    const written = await cos.send({ method: "PUT", path: "/b", headers: { host: OTHER_HOST }, body: "x" });
    expect(written).toMatchObject({ status: 403, code: "AccessDenied" });
  });

  test("a bucket without an ACL is private", async () => {
    const cos = await startCos();
    await ask(cos, "PUT");
    await ask(cos, "PUT", { key: "a", body: "closed" });
    const read = await cos.send({ method: "GET", path: "/a", headers: { host: OTHER_HOST } });
    expect(read).toMatchObject({ status: 403, code: "AccessDenied" });
  });

  test("a bucket gets the grants and tags given at its creation", async () => {
    const cos = await startCos();
    const headers = {
      "x-cos-grant-read": `id="100000000002"`,
      "x-cos-grant-write": `id="100000000002/100000000022"`,
      "x-cos-tagging": "team=a%20b&cost=1",
    };
    expect((await ask(cos, "PUT", { headers })).status).toBe(200);
    const acl = (await ask(cos, "GET", { query: { acl: "" } })).body.toString();
    expect(
      [...acl.matchAll(/<Grantee .*?><ID>(.*?)<.*?<Permission>(.*?)</g)].map(([, ...grant]) => grant),
    ).toEqual([
      ["qcs::cam::uin/100000000002:uin/100000000002", "READ"],
      ["qcs::cam::uin/100000000002:uin/100000000022", "WRITE"],
    ]);
    const tags = (await ask(cos, "GET", { query: { tagging: "" } })).body.toString();
    expect([...tags.matchAll(/<Key>(.*?)<\/Key><Value>(.*?)</g)].map(([, ...tag]) => tag)).toEqual([
      ["team", "a b"],
      ["cost", "1"],
    ]);
  });

  test("creating an existing bucket does not change its ACL", async () => {
    const cos = await startCos();
    await ask(cos, "PUT");
    const headers = { "x-cos-acl": "public-read" };
    expect(await ask(cos, "PUT", { headers })).toMatchObject({
      status: 409,
      code: "BucketAlreadyOwnedByYou",
    });
    await ask(cos, "PUT", { key: "a", body: "closed" });
    const read = await cos.send({ method: "GET", path: "/a", headers: { host: OTHER_HOST } });
    expect(read.status).toBe(403);
  });

  test("a name may have 60 characters", async () => {
    const cos = await startCos();
    const host = hostOf(`${"a".repeat(49)}-1250000000`, "ap-beijing");
    expect((await ask(cos, "PUT", { host })).status).toBe(200);
  });

  // https://cloud.tencent.com/document/product/436/7738 and /7735; OFS as cos-python-sdk-v5 creates such a bucket.
  test("a bucket in several zones, or of OFS, is known by its HEAD and by its objects' storage class", async () => {
    const cos = await startCos();
    const created = await ask(cos, "PUT", {
      body: "<CreateBucketConfiguration><BucketAZConfig>MAZ</BucketAZConfig><BucketArchConfig>OFS</BucketArchConfig></CreateBucketConfiguration>",
    });
    expect(created.status).toBe(200);
    expect((await ask(cos, "HEAD")).headers).toMatchObject({
      "x-cos-bucket-az-type": "MAZ",
      "x-cos-bucket-arch": "OFS",
    });
    await ask(cos, "PUT", { key: "a", body: "x" });
    expect((await ask(cos, "HEAD", { key: "a" })).headers["x-cos-storage-class"]).toBe("MAZ_STANDARD");
  });

  test.each(["<BucketAZConfig>OAZ</BucketAZConfig>", "<BucketArchConfig>COS</BucketArchConfig>", "<"])(
    "a configuration of another kind creates nothing: %s",
    async (content) => {
      const cos = await startCos();
      const body = `<CreateBucketConfiguration>${content}</CreateBucketConfiguration>`;
      expect(await ask(cos, "PUT", { body })).toMatchObject({ status: 400, code: "MalformedXML" });
      expect((await ask(cos, "HEAD")).status).toBe(404);
    },
  );

  test("refuses the 201st bucket with 400 TooManyBuckets", async () => {
    const cos = await startCos();
    for (let count = 1; count < 200; count += 1) {
      await cos.buckets.create({ name: `b${count}-1250000000`, region: "ap-beijing" }, 0);
    }
    expect(await ask(cos, "PUT")).toMatchObject({ status: 400, code: "TooManyBuckets" });
  });
});

describe("a temporary key", () => {
  const grant = (cos: TestCos, action: string, resource: string) => {
    const statement = [{ effect: "allow", action: [action], resource: [resource] }];
    const policy = parsePolicy(JSON.stringify({ version: "2.0", statement }));
    return cos.credentials.issue([policy], 600, START_SECONDS);
  };

  test("creates the bucket that it is allowed to, and no other", async () => {
    const cos = await startCos();
    const resource = `qcs::cos:ap-beijing:uid/1250000000:${OTHER}/*`;
    const credential = grant(cos, "name/cos:PutBucket", resource);
    expect((await ask(cos, "PUT", { credential })).status).toBe(200);
    const host = hostOf("third-1250000000", "ap-beijing");
    expect(await ask(cos, "PUT", { credential, host })).toMatchObject({ status: 403, code: "AccessDenied" });
  });

  test("for one bucket may do nothing in another bucket with the same keys", async () => {
    const cos = await startCos();
    await ask(cos, "PUT");
    const credential = cos.issue("name/cos:PutObject", "a");
    const answer = await ask(cos, "PUT", { key: "a", body: "x", credential });
    expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
    expect((await ask(cos, "PUT", { host: cos.host, key: "a", body: "x", credential })).status).toBe(200);
  });

  test("lists the buckets only with a right to everything", async () => {
    const cos = await startCos();
    const host = "service.cos.myqcloud.com";
    const one = grant(cos, "name/cos:GetService", `qcs::cos:ap-beijing:uid/1250000000:${OTHER}/*`);
    expect(await ask(cos, "GET", { host, credential: one })).toMatchObject({ status: 403 });
    const all = grant(cos, "name/cos:GetService", "*");
    expect((await ask(cos, "GET", { host, credential: all })).status).toBe(200);
  });
});

describe("GET Service", () => {
  const SERVICE = "service.cos.myqcloud.com";
  const three = async () => {
    const cos = await startCos();
    await ask(cos, "PUT");
    cos.advance(100);
    await ask(cos, "PUT", { host: hostOf("a-1250000000", "ap-guangzhou") });
    return cos;
  };

  test("lists all buckets by name, with COS's details of each", async () => {
    const { result, names } = await listed(await three(), SERVICE);
    expect(names).toEqual(["a-1250000000", OTHER, "uploads-1250000000"]);
    expect(result.Owner).toEqual({
      ID: "qcs::cam::uin/100000000001:uin/100000000001",
      DisplayName: 100000000001,
    });
    expect(result.Buckets.Bucket[1]).toEqual({
      Name: OTHER,
      Location: "ap-beijing",
      CreationDate: "2026-01-02T03:04:05Z",
      BucketType: "cos",
    });
  });

  test.each([
    ["in the host's region", "cos.ap-guangzhou.myqcloud.com", {}, ["a-1250000000", "uploads-1250000000"]],
    ["in the requested region", SERVICE, { region: "ap-beijing" }, [OTHER]],
    ["after a marker", SERVICE, { marker: OTHER }, ["uploads-1250000000"]],
    ["created later", SERVICE, { "create-time": String(START_SECONDS + 99), range: "gt" }, ["a-1250000000"]],
    [
      "created after milliseconds, which are seconds far from now (cos-cpp-sdk-v5's bucket_op_test.cpp)",
      SERVICE,
      { "create-time": `${START_SECONDS}000`, range: "gt" },
      [],
    ],
    [
      "created at or before",
      SERVICE,
      { "create-time": String(START_SECONDS), range: "lte" },
      [OTHER, "uploads-1250000000"],
    ],
  ] as const)("%s", async (_, host, query, expected) => {
    expect((await listed(await three(), host, { ...query })).names).toEqual(expected);
  });

  test("with a tag, lists the buckets that have it among their tags", async () => {
    const cos = await three();
    const tags = [
      ["stage", "test"],
      ["owner", "me"],
    ].map(([Key, Value]) => `<Tag><Key>${Key}</Key><Value>${Value}</Value></Tag>`);
    const body = `<Tagging><TagSet>${tags.join("")}</TagSet></Tagging>`;
    expect((await ask(cos, "PUT", { query: { tagging: "" }, body })).status).toBe(204);
    const withTag = async (tagkey: string, tagvalue: string) =>
      (await listed(cos, SERVICE, { tagkey, tagvalue })).names;
    expect(await withTag("owner", "me")).toEqual([OTHER]);
    expect(await withTag("owner", "test")).toEqual([]);
    expect(await withTag("owner", "")).toEqual([]);
  });

  test("continues after NextMarker", async () => {
    const cos = await three();
    const { result, names } = await listed(cos, SERVICE, { "max-keys": "2" });
    expect([names, result.IsTruncated, result.NextMarker]).toEqual([["a-1250000000", OTHER], true, OTHER]);
    const rest = await listed(cos, SERVICE, { "max-keys": "2", marker: OTHER });
    expect([rest.names, rest.result.IsTruncated]).toEqual([["uploads-1250000000"], false]);
  });

  test.each([
    ["unsigned", 403, "AccessDenied", "GET", "/", {}],
    ["a wrong range", 400, "InvalidArgument", "GET", "/", { "create-time": "1", range: "near" }],
    ["a tag's key alone", 400, "InvalidArgument", "GET", "/", { tagkey: "a" }],
    ["a tag's value alone", 400, "InvalidArgument", "GET", "/", { tagvalue: "b" }],
    // https://cloud.tencent.com/document/product/436/102489
    ["a bucket in the path", 403, "PathStyleDomainForbidden", "GET", `${OTHER}/a`, {}],
    ["another method", 405, "MethodNotAllowed", "PUT", "/", {}],
  ] as const)("refuses %s with %i %s", async (name, status, code, method, path, query) => {
    const cos = await startCos();
    const headers: Record<string, string> = { host: SERVICE };
    const key = path === "/" ? "" : path;
    const answer =
      name === "unsigned"
        ? await cos.send({ method, path: "/", headers })
        : await ask(cos, method, { host: SERVICE, key, query: { ...query } });
    expect(answer).toMatchObject({ status, code });
  });
});

test("GET ?location returns the region", async () => {
  const cos = await startCos();
  const answer = await ask(cos, "GET", { host: cos.host, query: { location: "" } });
  expect(answer.body.toString()).toContain("<LocationConstraint>ap-guangzhou</LocationConstraint>");
});

test("a reset leaves only the default bucket, empty, even if it was deleted", async () => {
  const cos = await startCos();
  await ask(cos, "PUT");
  await ask(cos, "PUT", { key: "a", body: "x" });
  await ask(cos, "DELETE", { host: cos.host });
  await cos.buckets.reset();
  expect((await listed(cos, "service.cos.myqcloud.com")).names).toEqual(["uploads-1250000000"]);
  await ask(cos, "PUT");
  expect(await ask(cos, "GET", { key: "a" })).toMatchObject({ status: 404, code: "NoSuchKey" });
});
