import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import { parseBucketPolicy } from "../store/bucket-policy.ts";
import { readConfiguration } from "../xml/configuration.ts";
import type { OperationContext } from "./operation.ts";

/** PUT Bucket policy, https://cloud.tencent.com/document/product/436/8282: it takes the place of the one before. */
export async function putBucketPolicy({ service, request, authenticate }: OperationContext): Promise<Reply> {
  authorize(service, request, authenticate(), "name/cos:PutBucketPolicy", "");
  await service.settings.setPolicy(parseBucketPolicy(await readConfiguration(request)));
  return { status: 204 };
}
