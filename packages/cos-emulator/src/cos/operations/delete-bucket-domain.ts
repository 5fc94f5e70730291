import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import type { OperationContext } from "./operation.ts";

/** DELETE Bucket domain, https://cloud.tencent.com/document/product/436/57326: every custom domain, at once. */
export async function deleteBucketDomain({
  service,
  request,
  authenticate,
}: OperationContext): Promise<Reply> {
  authorize(service, request, authenticate(), "name/cos:DeleteBucketDomain", "");
  await service.settings.setDomains([]);
  return { status: 204 };
}
