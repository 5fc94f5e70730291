import { expect, test } from "vitest";
import { abortUpload } from "../../../../shared/upload/multipart/abort.ts";
import { begun, only, serviceWith } from "./support.ts";

test("aborts the one upload, which may have ended already, with the right to do that alone", async () => {
  const { service, asked, grants, lives, invocation } = serviceWith(() => ({ status: 404 }));
  await abortUpload(begun, service, invocation);
  expect(grants).toEqual([only(begun.key, "AbortMultipartUpload")]);
  expect(lives).toEqual([900]);
  expect(asked).toEqual([{ method: "DELETE", key: begun.key, query: { uploadId: "16" }, accept: [404] }]);
  expect(invocation.log).toMatchObject({ key: begun.key });
});
