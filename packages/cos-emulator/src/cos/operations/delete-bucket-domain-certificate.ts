import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import { readDomainName } from "./lib/domain-name.ts";
import type { OperationContext } from "./operation.ts";

/** DELETE Bucket DomainCertificate, as cos-go-sdk-v5 asks for it: 204, whether there was one or not. */
export async function deleteBucketDomainCertificate({
  service,
  request,
  authenticate,
}: OperationContext): Promise<Reply> {
  authorize(service, request, authenticate(), "name/cos:DeleteBucketDomainCertificate", "");
  const { settings } = service;
  await settings.setCertificate([readDomainName(settings, request)], undefined);
  return { status: 204 };
}
