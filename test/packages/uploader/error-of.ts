import { expect } from "vitest";
import type { UploadError } from "../../../packages/uploader/src/index.ts";

/** The error with which an upload, or another call of the client, must fail. */
export async function errorOf(work: Promise<unknown>): Promise<UploadError> {
  return await work.then(
    () => expect.fail("It succeeded."),
    (error) => error,
  );
}
