import { expect, test } from "vitest";
import { ask, begin, complete, put, putAll, uploadFiles } from "./multipart-support.ts";
import { startCos } from "./support.ts";

const KEY = "a.mp4";

test("answers 204 and removes the parts", async () => {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  await put(cos, KEY, uploadId, 1, "bytes");
  const answer = await ask(cos, "DELETE", KEY, { uploadId });
  expect(answer.status).toBe(204);
  expect(answer.body).toHaveLength(0);
  expect(await uploadFiles(cos)).toEqual([]);
});

test("leaves the object and other uploads to the same key alone", async () => {
  const cos = await startCos();
  const done = await begin(cos, KEY);
  await complete(cos, KEY, done, await putAll(cos, KEY, done, ["object"]));
  const [one, other] = [await begin(cos, KEY), await begin(cos, KEY)];
  await put(cos, KEY, other, 1, "part");
  await ask(cos, "DELETE", KEY, { uploadId: one });
  expect(cos.store.uploads.parts(other)).toHaveLength(1);
  expect(cos.store.get(KEY)?.size).toBe(6);
});

test("answers 404 NoSuchUpload the second time", async () => {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  await ask(cos, "DELETE", KEY, { uploadId });
  expect(await ask(cos, "DELETE", KEY, { uploadId })).toMatchObject({ status: 404, code: "NoSuchUpload" });
});

test("answers 404 NoSuchUpload for another key", async () => {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  expect(await ask(cos, "DELETE", "other", { uploadId })).toMatchObject({
    status: 404,
    code: "NoSuchUpload",
  });
  expect(cos.store.uploads.all()).toHaveLength(1);
});

test("answers 403 AccessDenied to a credential that may only delete the object", async () => {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  const credential = cos.issue("name/cos:DeleteObject", KEY);
  expect(await ask(cos, "DELETE", KEY, { uploadId }, { credential })).toMatchObject({
    status: 403,
    code: "AccessDenied",
  });
  expect(cos.store.uploads.all()).toHaveLength(1);
});
