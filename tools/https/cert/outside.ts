import type { Endpoint } from "../../../packages/tls-check/src/index.ts";
import { type CertificateReport, checkCertificate } from "../../../packages/tls-check/src/index.ts";
import type { BucketAccess } from "../../lib/bucket-api.ts";
import { cnamesOf } from "../../lib/network.ts";

/** Looks at the certificate that a domain shows to the world. */
export function lookFromOutside(
  access: BucketAccess,
  domain: string,
  port: number,
): Promise<CertificateReport> {
  const { network, clock } = access;
  const address = network.addresses.get(domain);
  const endpoint: Endpoint = { host: domain, port, ...(address !== undefined && { address }) };
  return checkCertificate(endpoint, {
    anchors: network.anchors,
    timeoutMs: network.timeoutMs,
    now: clock(),
    cnamesOf: (host) => cnamesOf(host, network),
  });
}
