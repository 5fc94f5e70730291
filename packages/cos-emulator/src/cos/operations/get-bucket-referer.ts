import { CosError } from "../http/errors.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * GET Bucket referer, https://cloud.tencent.com/document/product/436/32493. The code for a bucket without one is what
 * cos-nodejs-sdk-v5 knows.
 */
export const getBucketReferer: SignedOperation = {
  action: "name/cos:GetBucketReferer",
  on: "bucket",
  run({ service }) {
    const rule = service.settings.get("referer");
    if (rule === undefined) {
      throw new CosError("NoSuchRefererConfiguration", "The referer configuration does not exist.", {
        reason: "no referer rule was put on this bucket",
      });
    }
    return { status: 200, headers: { "content-type": "application/xml" }, body: rule.text };
  },
};
