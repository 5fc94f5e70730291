import { findUpload, unlessGone } from "./lib/find-upload.ts";
import type { SignedOperation } from "./operation.ts";

/** Abort Multipart Upload, https://cloud.tencent.com/document/product/436/7740: 204, and the parts are gone. */
export const abortMultipartUpload: SignedOperation = {
  action: "name/cos:AbortMultipartUpload",
  on: "object",
  async run({ service, request }) {
    const { uploadId } = findUpload(service, request);
    await unlessGone(() => service.store.uploads.end(uploadId, async () => undefined));
    return { status: 204 };
  },
};
