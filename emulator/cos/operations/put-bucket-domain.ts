import { authorize } from "../authorize.ts";
import { readConfiguration } from "../configuration.ts";
import { parseDomainConfiguration } from "../domain-configuration.ts";
import type { Reply } from "../reply.ts";
import type { OperationContext } from "./operation.ts";

/** PUT Bucket domain, https://cloud.tencent.com/document/product/436/41982: all of the bucket's custom domains. */
export async function putBucketDomain({ service, request, authenticate }: OperationContext): Promise<Reply> {
  authorize(service, request, authenticate(), "name/cos:PutBucketDomain", "");
  await service.settings.setDomains(parseDomainConfiguration(await readConfiguration(request)));
  return { status: 200 };
}
