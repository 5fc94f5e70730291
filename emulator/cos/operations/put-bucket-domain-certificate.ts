import { authorize } from "../authorize.ts";
import { readConfiguration } from "../configuration.ts";
import { parseCertificateAssignment } from "../domain-certificate.ts";
import { checkDomainName } from "../domain-name.ts";
import type { Reply } from "../reply.ts";
import type { OperationContext } from "./operation.ts";

/**
 * PUT Bucket DomainCertificate, as cos-go-sdk-v5 sends it: the certificate of these domains, in place of those before.
 * From then on the TLS port shows it to whoever asks for one of the names.
 */
export async function putBucketDomainCertificate({
  service,
  request,
  authenticate,
}: OperationContext): Promise<Reply> {
  authorize(service, request, authenticate(), "name/cos:PutBucketDomainCertificate", "");
  const { domains, certificate, privateKey } = parseCertificateAssignment(await readConfiguration(request));
  for (const name of domains) checkDomainName(service.settings, name);
  await service.settings.setCertificate(domains, { certificate, privateKey });
  return { status: 200 };
}
