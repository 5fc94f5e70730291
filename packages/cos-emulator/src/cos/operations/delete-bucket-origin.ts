import type { SignedOperation } from "./operation.ts";

/**
 * DELETE Bucket origin, https://cloud.tencent.com/document/product/436/82860: 204, whether or not there was one.
 */
export const deleteBucketOrigin: SignedOperation = {
  action: "name/cos:DeleteBucketOrigin",
  on: "bucket",
  async run({ service }) {
    await service.settings.delete("origin");
    return { status: 204 };
  },
};
