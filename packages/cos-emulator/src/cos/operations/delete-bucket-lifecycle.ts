import type { SignedOperation } from "./operation.ts";

/** DELETE Bucket lifecycle, https://cloud.tencent.com/document/product/436/8284: 204, whether there was one or not. */
export const deleteBucketLifecycle: SignedOperation = {
  action: "name/cos:DeleteBucketLifecycle",
  on: "bucket",
  async run({ service }) {
    await service.settings.delete("lifecycle");
    return { status: 204 };
  },
};
