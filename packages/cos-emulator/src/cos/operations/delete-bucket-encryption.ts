import type { SignedOperation } from "./operation.ts";

/** DELETE Bucket encryption, https://cloud.tencent.com/document/product/436/40138: 204, whether there was one or not. */
export const deleteBucketEncryption: SignedOperation = {
  action: "name/cos:DeleteBucketEncryption",
  on: "bucket",
  async run({ service }) {
    await service.settings.delete("encryption");
    return { status: 204 };
  },
};
