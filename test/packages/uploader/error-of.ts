import { expect } from "vitest";
import type { UploadError } from "../../../packages/uploader/src/index.ts";

/** The error that an upload, or what else is asked of the client, must end in. */
export async function errorOf(work: Promise<unknown>): Promise<UploadError> {
  return await work.then(
    () => expect.fail("It succeeded."),
    (error) => error,
  );
}
