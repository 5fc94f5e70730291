import { parseCertificateAssignment } from "../store/domain-certificate.ts";
import { readConfiguration } from "../xml/configuration.ts";
import { checkDomainName } from "./lib/domain-name.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Bucket DomainCertificate, as cos-go-sdk-v5 sends it: replaces the certificate of these domains. From then on the
 * TLS port presents it to clients that ask for one of the names.
 */
export const putBucketDomainCertificate: SignedOperation = {
  action: "name/cos:PutBucketDomainCertificate",
  on: "bucket",
  async run({ service, request }) {
    const { domains, certificate, privateKey } = parseCertificateAssignment(await readConfiguration(request));
    for (const name of domains) checkDomainName(service.settings, name);
    await service.settings.setCertificate(domains, { certificate, privateKey });
    return { status: 200 };
  },
};
