import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import type { OperationContext } from "./operation.ts";

/** HEAD Bucket, https://cloud.tencent.com/document/product/436/7735. */
export function headBucket({ service, request, authenticate }: OperationContext): Reply {
  authorize(service, request, authenticate(), "name/cos:HeadBucket", "");
  return { status: 200, headers: { "x-cos-bucket-region": service.bucket.region } };
}
