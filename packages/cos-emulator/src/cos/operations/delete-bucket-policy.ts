import type { SignedOperation } from "./operation.ts";

/** DELETE Bucket policy, https://cloud.tencent.com/document/product/436/8285: 204, whether there was one or not. */
export const deleteBucketPolicy: SignedOperation = {
  action: "name/cos:DeleteBucketPolicy",
  on: "bucket",
  async run({ service }) {
    await service.settings.setPolicy(undefined);
    return { status: 204 };
  },
};
