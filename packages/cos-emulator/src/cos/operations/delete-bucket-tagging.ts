import type { SignedOperation } from "./operation.ts";

/** DELETE Bucket tagging, https://cloud.tencent.com/document/product/436/34836: 204, whether there were any or not. */
export const deleteBucketTagging: SignedOperation = {
  action: "name/cos:DeleteBucketTagging",
  on: "bucket",
  async run({ service }) {
    await service.settings.delete("tagging");
    return { status: 204 };
  },
};
