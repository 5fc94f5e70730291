import { expect, test } from "vitest";
import { ask, begin, complete, put, putAll, uploadFiles } from "./multipart-support.ts";
import { startCos } from "./support.ts";

const KEY = "a.mp4";

test("answers 204, and the parts are gone", async () => {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  await put(cos, KEY, uploadId, 1, "bytes");
  const answer = await ask(cos, "DELETE", KEY, { uploadId });
  expect(answer.status).toBe(204);
  expect(answer.body).toHaveLength(0);
  expect(await uploadFiles(cos)).toEqual([]);
});

test("leaves other uploads to the same key, and the object, alone", async () => {
  const cos = await startCos();
  const done = await begin(cos, KEY);
  await complete(cos, KEY, done, await putAll(cos, KEY, done, ["object"]));
  const [one, other] = [await begin(cos, KEY), await begin(cos, KEY)];
  await put(cos, KEY, other, 1, "part");
  await ask(cos, "DELETE", KEY, { uploadId: one });
  expect(cos.store.uploads.parts(other)).toHaveLength(1);
  expect(cos.store.get(KEY)?.size).toBe(6);
});

test("a second one is refused with 404 NoSuchUpload", async () => {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  await ask(cos, "DELETE", KEY, { uploadId });
  expect(await ask(cos, "DELETE", KEY, { uploadId })).toMatchObject({ status: 404, code: "NoSuchUpload" });
});

test("through another key it is refused with 404 NoSuchUpload", async () => {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  expect(await ask(cos, "DELETE", "other", { uploadId })).toMatchObject({
    status: 404,
    code: "NoSuchUpload",
  });
  expect(cos.store.uploads.all()).toHaveLength(1);
});

test("a key to delete the object is no key to abort its upload: 403 AccessDenied", async () => {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  const credential = cos.issue("name/cos:DeleteObject", KEY);
  expect(await ask(cos, "DELETE", KEY, { uploadId }, { credential })).toMatchObject({
    status: 403,
    code: "AccessDenied",
  });
  expect(cos.store.uploads.all()).toHaveLength(1);
});
