import type { SignedOperation } from "./operation.ts";

/** HEAD Bucket, https://cloud.tencent.com/document/product/436/7735; x-cos-bucket-arch as cos-python-sdk-v5 reads it. */
export const headBucket: SignedOperation = {
  action: "name/cos:HeadBucket",
  on: "bucket",
  run({ service }) {
    const kind = service.settings.get("kind");
    return {
      status: 200,
      headers: {
        "x-cos-bucket-region": service.bucket.region,
        ...(kind?.isInSeveralZones && { "x-cos-bucket-az-type": "MAZ" }),
        ...(kind?.isOfs && { "x-cos-bucket-arch": "OFS" }),
      },
    };
  },
};
