import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import type { OperationContext } from "./operation.ts";

/** DELETE Bucket policy, https://cloud.tencent.com/document/product/436/8285: 204, whether there was one or not. */
export async function deleteBucketPolicy({
  service,
  request,
  authenticate,
}: OperationContext): Promise<Reply> {
  authorize(service, request, authenticate(), "name/cos:DeleteBucketPolicy", "");
  await service.settings.setPolicy(undefined);
  return { status: 204 };
}
