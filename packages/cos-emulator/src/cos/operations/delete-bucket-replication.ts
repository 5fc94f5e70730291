import type { SignedOperation } from "./operation.ts";

/**
 * DELETE Bucket replication, https://cloud.tencent.com/document/product/436/19221: 204, whether or not there was one.
 */
export const deleteBucketReplication: SignedOperation = {
  action: "name/cos:DeleteBucketReplication",
  on: "bucket",
  async run({ service }) {
    await service.settings.delete("replication");
    return { status: 204 };
  },
};
