import type { SignedOperation } from "./operation.ts";

/** DELETE Bucket domain, https://cloud.tencent.com/document/product/436/57326: every custom domain, at once. */
export const deleteBucketDomain: SignedOperation = {
  action: "name/cos:DeleteBucketDomain",
  on: "bucket",
  async run({ service }) {
    await service.settings.setDomains([]);
    return { status: 204 };
  },
};
