import { CosError } from "../http/errors.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket policy, https://cloud.tencent.com/document/product/436/8276. */
export const getBucketPolicy: SignedOperation = {
  action: "name/cos:GetBucketPolicy",
  on: "bucket",
  run({ service }) {
    const { policy } = service.settings;
    if (policy === undefined) {
      throw new CosError("NoSuchBucketPolicy", "The bucket policy does not exist.", {
        reason: "no policy was put on this bucket",
      });
    }
    return { status: 200, headers: { "content-type": "application/json" }, body: policy.text };
  },
};
