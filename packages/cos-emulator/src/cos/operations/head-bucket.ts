import type { SignedOperation } from "./operation.ts";

/** HEAD Bucket, https://cloud.tencent.com/document/product/436/7735. */
export const headBucket: SignedOperation = {
  action: "name/cos:HeadBucket",
  on: "bucket",
  run({ service }) {
    return { status: 200, headers: { "x-cos-bucket-region": service.bucket.region } };
  },
};
