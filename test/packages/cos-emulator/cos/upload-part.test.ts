import { createHash } from "node:crypto";
import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { ask, begin, complete, put, putAll, uploadFiles, xml } from "./multipart-support.ts";
import { signedHeaders, startCos } from "./support.ts";

const KEY = "a.mp4";
const BODY = "the bytes of a part";
const md5 = (text: string) => createHash("md5").update(text);

test("answers with the part's MD5 as its ETag", async () => {
  const cos = await startCos();
  const answer = await put(cos, KEY, await begin(cos, KEY), 7, BODY);
  expect(answer.status).toBe(200);
  expect(answer.headers.etag).toBe(`"${md5(BODY).digest("hex")}"`);
  expect(answer.body).toHaveLength(0);
});

test("a part uploaded again replaces the earlier one, leaving one file of bytes", async () => {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  await put(cos, KEY, uploadId, 1, "first");
  const { headers } = await put(cos, KEY, uploadId, 1, "second");
  expect(await uploadFiles(cos)).toHaveLength(3);
  expect((await complete(cos, KEY, uploadId, [headers.etag ?? ""])).status).toBe(200);
  expect((await ask(cos, "GET", KEY, { x: "1" })).body.toString()).toBe("second");
});

describe("Content-MD5", () => {
  test("that matches is accepted", async () => {
    const cos = await startCos();
    const headers = { "content-md5": md5(BODY).digest("base64") };
    expect((await put(cos, KEY, await begin(cos, KEY), 1, BODY, headers)).status).toBe(200);
  });

  test.each([
    ["of other bytes", md5("other").digest("base64"), "BadDigest"],
    ["in hex", md5(BODY).digest("hex"), "InvalidDigest"],
  ])("%s is refused with 400, and nothing is stored", async (_, value, code) => {
    const cos = await startCos();
    const uploadId = await begin(cos, KEY);
    const answer = await put(cos, KEY, uploadId, 1, BODY, { "content-md5": value });
    expect(answer).toMatchObject({ status: 400, code });
    expect(await uploadFiles(cos)).toEqual([`${uploadId}/upload.json`]);
  });
});

describe("the part number", () => {
  test.each([[1], [10_000]])("%i is accepted", async (partNumber) => {
    const cos = await startCos();
    expect((await put(cos, KEY, await begin(cos, KEY), partNumber, BODY)).status).toBe(200);
  });

  test.each([["0"], ["10001"], ["-1"], ["1.5"], ["1e3"], ["x"]])(
    "%s is refused with 400 InvalidArgument",
    async (partNumber) => {
      const cos = await startCos();
      const uploadId = await begin(cos, KEY);
      const answer = await put(cos, KEY, uploadId, partNumber, BODY);
      expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
      expect(await uploadFiles(cos)).toEqual([`${uploadId}/upload.json`]);
    },
  );
});

test("a part of the maximum size is accepted, a larger one refused with 400 EntityTooLarge", async () => {
  const cos = await startCos({ maxObjectBytes: BODY.length });
  const uploadId = await begin(cos, KEY);
  expect((await put(cos, KEY, uploadId, 1, BODY)).status).toBe(200);
  expect(await put(cos, KEY, uploadId, 1, `${BODY}.`)).toMatchObject({ status: 400, code: "EntityTooLarge" });
});

test("a chunked body is accepted", async () => {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  expect((await put(cos, KEY, uploadId, 1, BODY, { "transfer-encoding": "chunked" })).status).toBe(200);
  expect(cos.store.uploads.parts(uploadId)).toMatchObject([{ partNumber: 1, size: BODY.length }]);
});

test.each([
  ["x-cos-copy-source", "a/b", 400, "InvalidCopySource"],
  ["x-cos-psize-max", "100", 501, "NotImplemented"],
  ["x-cos-traffic-limit", "1", 400, "InvalidArgument"],
])("%s: %s is refused instead of being ignored", async (name, value, status, code) => {
  const cos = await startCos();
  const answer = await put(cos, KEY, await begin(cos, KEY), 1, BODY, { [name]: value });
  expect(answer).toMatchObject({ status, code });
});

describe("is refused with 404 NoSuchUpload:", () => {
  test.each([
    ["an unknown upload", "1767323045".padEnd(74, "0")],
    ["an empty UploadId", ""],
    ["a UploadId that climbs out of the folder", "../../data"],
    ["a property of every object", "constructor"],
  ])("%s", async (_, uploadId) => {
    const cos = await startCos();
    expect(await put(cos, KEY, uploadId, 1, BODY)).toMatchObject({ status: 404, code: "NoSuchUpload" });
    expect(await uploadFiles(cos)).toEqual([]);
  });

  test("the upload of another key", async () => {
    const cos = await startCos();
    const uploadId = await begin(cos, "other");
    expect(await put(cos, KEY, uploadId, 1, BODY)).toMatchObject({ status: 404, code: "NoSuchUpload" });
  });

  test("a completed upload", async () => {
    const cos = await startCos();
    const uploadId = await begin(cos, KEY);
    await complete(cos, KEY, uploadId, await putAll(cos, KEY, uploadId, [BODY]));
    expect(await put(cos, KEY, uploadId, 2, BODY)).toMatchObject({ status: 404, code: "NoSuchUpload" });
  });
});

describe("a session policy", () => {
  test("for PUT Object does not allow a part of the same key", async () => {
    const cos = await startCos();
    const uploadId = await begin(cos, KEY);
    const credential = cos.issue("name/cos:PutObject", KEY);
    const answer = await ask(cos, "PUT", KEY, { partNumber: "1", uploadId }, { body: BODY, credential });
    expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(await uploadFiles(cos)).toEqual([`${uploadId}/upload.json`]);
  });

  test("for UploadPart does not allow PUT Object", async () => {
    const cos = await startCos();
    const credential = cos.issue("name/cos:UploadPart", KEY);
    const headers = signedHeaders({ method: "PUT", key: KEY, headers: { host: cos.host }, credential });
    expect(await cos.send({ method: "PUT", path: `/${KEY}`, headers, body: BODY })).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
  });

  test("limits each part's length by its condition", async () => {
    const cos = await startCos();
    const uploadId = await begin(cos, KEY);
    const credential = cos.issue("name/cos:UploadPart", KEY, {
      numeric_less_than_equal: { "cos:content-length": BODY.length },
    });
    const send = (body: string) => ask(cos, "PUT", KEY, { partNumber: "1", uploadId }, { body, credential });
    expect((await send(BODY)).status).toBe(200);
    expect(await send(`${BODY}.`)).toMatchObject({ status: 403, code: "AccessDenied" });
  });
});

test("another part number or upload than was signed is refused with 403 SignatureDoesNotMatch", async () => {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  const query = { partNumber: "1", uploadId };
  const headers = signedHeaders({ method: "PUT", key: KEY, headers: { host: cos.host }, query });
  for (const path of [`/${KEY}?partNumber=2&uploadId=${uploadId}`, `/${KEY}?partNumber=1&uploadId=x`]) {
    expect(await cos.send({ method: "PUT", path, headers, body: BODY })).toMatchObject({
      status: 403,
      code: "SignatureDoesNotMatch",
    });
  }
});

test("a part cut in the middle stores nothing, and the earlier one stays", async () => {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  const before = await put(cos, KEY, uploadId, 1, BODY);
  const query = { partNumber: "1", uploadId };
  const headers = signedHeaders({ method: "PUT", key: KEY, headers: { host: cos.host }, query });
  const outgoing = request({
    port: cos.port,
    host: "127.0.0.1",
    method: "PUT",
    path: `/${KEY}?partNumber=1&uploadId=${uploadId}`,
    headers: { ...headers, "content-length": "1000000" },
  });
  outgoing.on("error", () => undefined);
  outgoing.write(Buffer.alloc(100_000));
  await expect.poll(() => uploadFiles(cos)).toHaveLength(4);
  outgoing.destroy();
  await expect.poll(() => cos.log.at(-1)).toMatch(/^cos PUT \/a.mp4 cut off 0 bytes/);
  expect(await uploadFiles(cos)).toHaveLength(3);
  const { Part } = xml(await ask(cos, "GET", KEY, { uploadId }));
  expect(Part.ETag).toBe(before.headers.etag);
});

test("a part that arrives while its upload is aborted is refused with 404 NoSuchUpload, and leaves nothing behind", async () => {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  const query = { partNumber: "1", uploadId };
  const headers = signedHeaders({ method: "PUT", key: KEY, headers: { host: cos.host }, query });
  const answered = new Promise<number>((resolve, reject) => {
    const outgoing = request(
      {
        port: cos.port,
        host: "127.0.0.1",
        method: "PUT",
        path: `/${KEY}?partNumber=1&uploadId=${uploadId}`,
        headers: { ...headers, "content-length": "200000" },
      },
      (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode ?? 0);
      },
    );
    outgoing.on("error", reject);
    outgoing.write(Buffer.alloc(100_000));
    expect
      .poll(() => uploadFiles(cos))
      .toHaveLength(2)
      .then(() => ask(cos, "DELETE", KEY, { uploadId }))
      .then(() => outgoing.end(Buffer.alloc(100_000)), reject);
  });
  expect(await answered).toBe(404);
  expect(await uploadFiles(cos)).toEqual([]);
});
