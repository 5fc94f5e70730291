import type { SignedOperation } from "./operation.ts";

/** DELETE Bucket website, https://cloud.tencent.com/document/product/436/31928: 204, whether there was one or not. */
export const deleteBucketWebsite: SignedOperation = {
  action: "name/cos:DeleteBucketWebsite",
  on: "bucket",
  async run({ service }) {
    await service.settings.delete("website");
    return { status: 204 };
  },
};
