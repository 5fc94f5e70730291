import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import { parseDomainConfiguration } from "../store/domain-configuration.ts";
import { readConfiguration } from "../xml/configuration.ts";
import type { OperationContext } from "./operation.ts";

/** PUT Bucket domain, https://cloud.tencent.com/document/product/436/41982: all of the bucket's custom domains. */
export async function putBucketDomain({ service, request, authenticate }: OperationContext): Promise<Reply> {
  authorize(service, request, authenticate(), "name/cos:PutBucketDomain", "");
  await service.settings.setDomains(parseDomainConfiguration(await readConfiguration(request)));
  return { status: 200 };
}
