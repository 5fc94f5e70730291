import { createHash, randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ObjectStore } from "../../../../packages/cos-emulator/src/cos/store/object-store.ts";
import { ask, begin, complete, MiB, partList, put, putAll, uploadFiles, xml } from "./multipart-support.ts";
import { startCos, type TestCos } from "./support.ts";

const KEY = "目录/a b.mp4";
const PARTS = [randomBytes(MiB), randomBytes(MiB + 1), randomBytes(10)];
const md5 = (data: Buffer | string) => createHash("md5").update(data);

async function uploaded(
  bodies: readonly (string | Buffer)[] = PARTS,
  cos?: TestCos,
): Promise<{ cos: TestCos; uploadId: string; etags: string[] }> {
  const bucket = cos ?? (await startCos());
  const uploadId = await begin(bucket, KEY);
  return { cos: bucket, uploadId, etags: await putAll(bucket, KEY, uploadId, bodies) };
}

const get = (cos: TestCos) => ask(cos, "GET", KEY, { x: "1" });

test("joins the parts in the order of their numbers", async () => {
  const { cos, uploadId, etags } = await uploaded();
  const etag = `"${md5(Buffer.concat(PARTS.map((part) => md5(part).digest()))).digest("hex")}-3"`;
  const answer = await complete(cos, KEY, uploadId, etags);
  expect(answer.status).toBe(200);
  expect(xml(answer)).toEqual({
    Location: `http://${cos.host}/${encodeURIComponent("目录")}/a%20b.mp4`,
    Bucket: "uploads-1250000000",
    Key: KEY,
    ETag: etag,
  });
  const object = await get(cos);
  expect(object.body.equals(Buffer.concat(PARTS))).toBe(true);
  expect(object.headers.etag).toBe(etag);
  expect(
    (await ask(cos, "GET", KEY, { x: "1" }, { headers: { range: "bytes=1048570-1048579" } })).body,
  ).toEqual(Buffer.concat(PARTS).subarray(1_048_570, 1_048_580));
});

test("removes the parts and the upload", async () => {
  const { cos, uploadId, etags } = await uploaded();
  await complete(cos, KEY, uploadId, etags);
  expect(await uploadFiles(cos)).toEqual([]);
  expect(await readdir(join(cos.directory, "data"))).toHaveLength(1);
  expect(await complete(cos, KEY, uploadId, etags)).toMatchObject({ status: 404, code: "NoSuchUpload" });
});

test("the object keeps its ETag over a restart", async () => {
  const { cos, uploadId, etags } = await uploaded(["bytes"]);
  const { ETag } = xml(await complete(cos, KEY, uploadId, etags));
  const restarted = await startCos({ store: await ObjectStore.open(cos.directory) });
  expect((await get(restarted)).headers.etag).toBe(ETag);
});

test("completes an upload that was begun before a restart", async () => {
  const { cos, uploadId, etags } = await uploaded(PARTS.slice(0, 2));
  const restarted = await startCos({ store: await ObjectStore.open(cos.directory) });
  const last = await put(restarted, KEY, uploadId, 3, PARTS[2] ?? "");
  const answer = await complete(restarted, KEY, uploadId, [...etags, last.headers.etag ?? ""]);
  expect(answer.status).toBe(200);
  expect((await get(restarted)).body.equals(Buffer.concat(PARTS))).toBe(true);
});

test("accepts ETags without quotes, and quotes written as &quot; or, as Go writes them, as &#34;", async () => {
  const { cos, uploadId, etags } = await uploaded();
  const [first = "", second = "", third = ""] = etags;
  const written = [
    first.replaceAll('"', "&#34;"),
    second.replaceAll('"', ""),
    third.replaceAll('"', "&quot;"),
  ];
  expect((await complete(cos, KEY, uploadId, written)).status).toBe(200);
});

test("leaves out parts after the end of the list", async () => {
  const { cos, uploadId, etags } = await uploaded();
  await complete(cos, KEY, uploadId, etags.slice(0, 2));
  expect((await get(cos)).body).toHaveLength(2 * MiB + 1);
});

test("replaces an existing object, leaving one file of bytes", async () => {
  const { cos, uploadId, etags } = await uploaded(["first"]);
  await complete(cos, KEY, uploadId, etags);
  const again = await uploaded(["second"], cos);
  expect((await complete(cos, KEY, again.uploadId, again.etags)).status).toBe(200);
  expect((await get(cos)).body.toString()).toBe("second");
  expect(await readdir(join(cos.directory, "data"))).toHaveLength(1);
});

test("lets only one of two simultaneous completions succeed", async () => {
  const { cos, uploadId, etags } = await uploaded();
  const answers = await Promise.all([1, 2].map(() => complete(cos, KEY, uploadId, etags)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
});

describe("the list of parts is refused, and the upload stays:", () => {
  type List = (etags: readonly string[]) => string;
  const at = (i: number) => (etags: readonly string[]) => etags[i] ?? "";
  const [first, second, third] = [at(0), at(1), at(2)];

  test.each<[string, List, string]>([
    [
      "not in order",
      (e) =>
        partList([
          [2, second(e)],
          [1, first(e)],
        ]),
      "InvalidPartOrder",
    ],
    [
      "with a repeated part",
      (e) =>
        partList([
          [1, first(e)],
          [1, first(e)],
        ]),
      "InvalidPartOrder",
    ],
    [
      "with a part that was not uploaded",
      (e) =>
        partList([
          [1, first(e)],
          [2, second(e)],
          [3, third(e)],
          [4, first(e)],
        ]),
      "InvalidPart",
    ],
    [
      "with another part's ETag",
      (e) =>
        partList([
          [1, second(e)],
          [2, second(e)],
        ]),
      "InvalidPart",
    ],
    [
      "with an empty ETag",
      (e) =>
        partList([
          [1, ""],
          [2, second(e)],
        ]),
      "InvalidPart",
    ],
    [
      "with a gap",
      (e) =>
        partList([
          [1, first(e)],
          [3, third(e)],
        ]),
      "InvalidPart",
    ],
    [
      "without the first part",
      (e) =>
        partList([
          [2, second(e)],
          [3, third(e)],
        ]),
      "InvalidPart",
    ],
    ["empty", () => partList([]), "InvalidArgument"],
    ["without a root", () => "<Part/>", "MalformedXML"],
    ["not well-formed", () => "<CompleteMultipartUpload><Part></CompleteMultipartUpload>", "MalformedXML"],
    ["not XML", () => "{}", "MalformedXML"],
    [
      "a name that the XML parser refuses",
      () => "<CompleteMultipartUpload><constructor/></CompleteMultipartUpload>",
      "MalformedXML",
    ],
    ["with no body", () => "", "MalformedXML"],
    [
      "with a part without a number",
      () => "<CompleteMultipartUpload><Part><ETag>x</ETag></Part></CompleteMultipartUpload>",
      "MalformedXML",
    ],
    ["with an invalid part number", (e) => partList([[Number.NaN, first(e)]]), "MalformedXML"],
    [
      "with its own entities",
      (e) => `<!DOCTYPE a [<!ENTITY b "c">]>${partList([[1, first(e)]])}`,
      "MalformedXML",
    ],
  ])("%s", async (_, list, code) => {
    const { cos, uploadId, etags } = await uploaded();
    const answer = await ask(cos, "POST", KEY, { uploadId }, { body: list(etags) });
    expect(answer).toMatchObject({ status: 400, code });
    expect(cos.store.all()).toEqual([]);
    expect((await complete(cos, KEY, uploadId, etags)).status).toBe(200);
  });

  test("with a part under 1 MB that is not the last: EntityTooSmall", async () => {
    const { cos, uploadId, etags } = await uploaded([Buffer.alloc(MiB - 1), "last"]);
    expect(await complete(cos, KEY, uploadId, etags)).toMatchObject({ status: 400, code: "EntityTooSmall" });
    expect(cos.store.all()).toEqual([]);
    expect(cos.store.uploads.parts(uploadId)).toHaveLength(2);
  });

  test("with another Content-MD5: BadDigest", async () => {
    const { cos, uploadId, etags } = await uploaded(["bytes"]);
    const headers = { "content-md5": md5("other").digest("base64") };
    expect(await complete(cos, KEY, uploadId, etags, headers)).toMatchObject({
      status: 400,
      code: "BadDigest",
    });
  });

  test("longer than 1 MB: XMLSizeLimit", async () => {
    const { cos, uploadId } = await uploaded(["bytes"]);
    const answer = await ask(cos, "POST", KEY, { uploadId }, { body: " ".repeat(MiB + 1) });
    expect(answer).toMatchObject({ status: 400, code: "XMLSizeLimit" });
  });
});

test("accepts a list of 10,000 parts", async () => {
  const etag = `&quot;${"0".repeat(32)}&quot;`;
  const list = partList(Array.from({ length: 10_000 }, (_, i) => [i + 1, etag]));
  const { cos, uploadId } = await uploaded([]);
  const answer = await ask(cos, "POST", KEY, { uploadId }, { body: list });
  expect(answer).toMatchObject({ status: 400, code: "InvalidPart" });
});

describe("x-cos-forbid-overwrite: true", () => {
  const headers = { "x-cos-forbid-overwrite": "true" };

  test("stores a new key", async () => {
    const { cos, uploadId, etags } = await uploaded(["bytes"]);
    expect((await complete(cos, KEY, uploadId, etags, headers)).status).toBe(200);
  });

  test("refuses a key that has appeared since, with 409 FileAlreadyExists; the upload stays", async () => {
    const { cos, uploadId, etags } = await uploaded(["late"]);
    const early = await uploaded(["early"], cos);
    await complete(cos, KEY, early.uploadId, early.etags);
    const answer = await complete(cos, KEY, uploadId, etags, headers);
    expect(answer).toMatchObject({ status: 409, code: "FileAlreadyExists" });
    expect((await get(cos)).body.toString()).toBe("early");
    expect((await complete(cos, KEY, uploadId, etags)).status).toBe(200);
  });

  test("lets only one of many uploads to one key succeed", async () => {
    const cos = await startCos();
    const all = await Promise.all([1, 2, 3, 4].map((i) => uploaded([`upload ${i}`], cos)));
    const answers = await Promise.all(
      all.map(({ uploadId, etags }) => complete(cos, KEY, uploadId, etags, headers)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    expect(await readdir(join(cos.directory, "data"))).toHaveLength(1);
  });
});

test("answers 404 NoSuchUpload for another key's upload", async () => {
  const { cos, uploadId, etags } = await uploaded(["bytes"]);
  expect(await complete(cos, "other", uploadId, etags)).toMatchObject({ status: 404, code: "NoSuchUpload" });
  expect(cos.store.all()).toEqual([]);
});

test("answers 403 AccessDenied to a credential for the parts only", async () => {
  const { cos, uploadId, etags } = await uploaded(["bytes"]);
  const credential = cos.issue("name/cos:UploadPart", KEY);
  const body = partList([[1, etags[0] ?? ""]]);
  expect(await ask(cos, "POST", KEY, { uploadId }, { body, credential })).toMatchObject({
    status: 403,
    code: "AccessDenied",
  });
  expect(cos.store.all()).toEqual([]);
});

test("refuses processing of the joined object instead of ignoring it", async () => {
  const { cos, uploadId, etags } = await uploaded(["bytes"]);
  expect(await complete(cos, KEY, uploadId, etags, { "pic-operations": "{}" })).toMatchObject({
    status: 501,
    code: "NotImplemented",
  });
});
