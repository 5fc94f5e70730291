import { CosError } from "../http/errors.ts";
import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import type { OperationContext } from "./operation.ts";

/** GET Bucket policy, https://cloud.tencent.com/document/product/436/8276. */
export function getBucketPolicy({ service, request, authenticate }: OperationContext): Reply {
  authorize(service, request, authenticate(), "name/cos:GetBucketPolicy", "");
  const { policy } = service.settings;
  if (policy === undefined) {
    throw new CosError("NoSuchBucketPolicy", "The bucket policy does not exist.", {
      reason: "no policy was put on this bucket",
    });
  }
  return { status: 200, headers: { "content-type": "application/json" }, body: policy.text };
}
