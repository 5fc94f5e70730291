import type { SignedOperation } from "./operation.ts";

/** DELETE Bucket cors, https://cloud.tencent.com/document/product/436/8283: 204, whether there were rules or not. */
export const deleteBucketCors: SignedOperation = {
  action: "name/cos:DeleteBucketCORS",
  on: "bucket",
  async run({ service }) {
    await service.settings.delete("cors");
    return { status: 204 };
  },
};
