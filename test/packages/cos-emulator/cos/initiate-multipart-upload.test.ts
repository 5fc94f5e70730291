import { expect, test } from "vitest";
import { ask, begin, complete, putAll, uploadFiles, xml } from "./multipart-support.ts";
import { signedHeaders, startCos } from "./support.ts";

const KEY = "目录/a b.mp4";

test("answers with the bucket, the key and a new UploadId each time", async () => {
  const cos = await startCos();
  const answer = await ask(cos, "POST", KEY, { uploads: "" });
  expect(answer.status).toBe(200);
  expect(answer.headers["content-type"]).toBe("application/xml");
  expect(xml(answer)).toEqual({
    Bucket: "uploads-1250000000",
    Key: KEY,
    UploadId: expect.stringMatching(/^\d{10}[0-9a-f]{64}$/),
  });
  expect(await begin(cos, KEY)).not.toBe(xml(answer).UploadId);
});

test("the object later has the headers given here", async () => {
  const cos = await startCos();
  const given = { "content-type": "video/mp4", "cache-control": "max-age=60", "x-cos-meta-author": "me" };
  const uploadId = await begin(cos, KEY, given);
  await complete(cos, KEY, uploadId, await putAll(cos, KEY, uploadId, ["bytes"]));
  expect((await ask(cos, "GET", KEY, { x: "1" })).headers).toMatchObject(given);
});

test("the object does not exist until the upload is completed", async () => {
  const cos = await startCos();
  await putAll(cos, KEY, await begin(cos, KEY), ["bytes"]);
  expect(await ask(cos, "GET", KEY, { x: "1" })).toMatchObject({ status: 404, code: "NoSuchKey" });
});

test("x-cos-forbid-overwrite refuses a key that exists with 409 FileAlreadyExists", async () => {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  await complete(cos, KEY, uploadId, await putAll(cos, KEY, uploadId, ["bytes"]));
  const headers = { "x-cos-forbid-overwrite": "true" };
  expect(await ask(cos, "POST", KEY, { uploads: "" }, { headers })).toMatchObject({
    status: 409,
    code: "FileAlreadyExists",
  });
  expect((await ask(cos, "POST", `${KEY}2`, { uploads: "" }, { headers })).status).toBe(200);
});

test.each([
  ["x-cos-storage-class", "GLACIER", 400, "NotSupportedStorageClass"],
  ["x-cos-server-side-encryption", "AES789", 400, "InvalidArgument"],
  ["x-cos-acl", "public-read-write", 400, "InvalidArgument"],
  ["x-cos-forbid-overwrite", "1", 400, "InvalidArgument"],
])("%s: %s is refused, and nothing is begun", async (name, value, status, code) => {
  const cos = await startCos();
  const answer = await ask(cos, "POST", KEY, { uploads: "" }, { headers: { [name]: value } });
  expect(answer).toMatchObject({ status, code });
  expect(cos.store.uploads.all()).toEqual([]);
});

test("a credential for PUT Object only is refused with 403 AccessDenied, and nothing is begun", async () => {
  const cos = await startCos();
  const credential = cos.issue("name/cos:PutObject", KEY);
  const answer = await ask(cos, "POST", KEY, { uploads: "" }, { credential });
  expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
  expect(answer.headers["x-emulator-reason"]).toMatch(/^action name\/cos:InitiateMultipartUpload is not/);
  expect(await uploadFiles(cos)).toEqual([]);
});

test("a temporary key for it is accepted, for its own key only", async () => {
  const cos = await startCos();
  const credential = cos.issue("name/cos:InitiateMultipartUpload", KEY);
  expect((await ask(cos, "POST", KEY, { uploads: "" }, { credential })).status).toBe(200);
  expect(await ask(cos, "POST", "other", { uploads: "" }, { credential })).toMatchObject({
    status: 403,
    code: "AccessDenied",
  });
});

test("a signature for ?uploads is refused with another value of it", async () => {
  const cos = await startCos();
  const headers = signedHeaders({
    method: "POST",
    key: "a",
    headers: { host: cos.host },
    query: { uploads: "" },
  });
  expect(await cos.send({ method: "POST", path: "/a?uploads=1", headers })).toMatchObject({
    status: 403,
    code: "SignatureDoesNotMatch",
  });
});

test("an unsigned request is refused with 403 AccessDenied", async () => {
  const cos = await startCos();
  expect(await cos.send({ method: "POST", path: "/a?uploads" })).toMatchObject({
    status: 403,
    code: "AccessDenied",
  });
});
