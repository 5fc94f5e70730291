import type { Endpoint } from "../../../packages/tls-check/src/index.ts";
import { type CertificateReport, checkCertificate } from "../../../packages/tls-check/src/index.ts";
import type { BucketAccess } from "../../lib/bucket-api.ts";
import { CERTIFICATE_COMMANDS } from "../../lib/certificate-commands.ts";
import { cnamesOf, placeOf } from "../../lib/network.ts";

/** Checks a domain's certificate from outside. */
export function lookFromOutside(
  access: Pick<BucketAccess, "network" | "clock">,
  domain: string,
  port: number,
): Promise<CertificateReport> {
  const { network, clock } = access;
  const endpoint: Endpoint = { host: domain, port, ...placeOf(domain, network) };
  return checkCertificate(endpoint, {
    anchors: network.anchors,
    timeoutMs: network.timeoutMs,
    now: clock(),
    cnamesOf: (host) => cnamesOf(host, network),
    commands: CERTIFICATE_COMMANDS,
  });
}
