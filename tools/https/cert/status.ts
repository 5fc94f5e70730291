import { type Finding, pass, skip, warn } from "../../../packages/tls-check/src/index.ts";
import type { BucketAccess } from "../../lib/bucket-api.ts";
import { lookFromOutside } from "../lib/look-from-outside.ts";
import { certificateStatus, listDomains } from "./domains.ts";

/**
 * Checks every custom domain of the bucket: its state, whether COS has a certificate for it, and the certificate that is
 * seen from outside.
 *
 * @param httpsPort the port on which the domains answer
 * @throws BucketError
 */
export async function certificatesStatus(access: BucketAccess, httpsPort: number): Promise<Finding[]> {
  const domains = await listDomains(access);
  if (domains.length === 0) {
    return [
      skip(
        { id: "domains", title: `${access.bucket.bucket} has custom domains` },
        "It has none.",
        "Add one in the COS console (Domains and Transmission), or with PUT ?domain.",
      ),
    ];
  }
  const findings = domains.map(async ({ name, status, type }) => {
    const [installed, outside] = await Promise.all([
      certificateStatus(access, name),
      lookFromOutside(access, name, httpsPort),
    ]);
    const domain = { id: `domain@${name}`, title: `${name}: the domain is on` };
    const certificate = {
      id: `certificate.installed@${name}`,
      title: `${name}: COS has a certificate for it`,
    };
    return [
      status === "ENABLED"
        ? pass(domain, `${status}, ${type}.`)
        : warn(domain, `${status}, ${type}.`, "Switch it on in the COS console."),
      installed === "ENABLED"
        ? pass(certificate)
        : warn(
            certificate,
            `${installed ?? "None"}. If the domain points to the CDN, its certificate is there.`,
            `npm run https -- cert put ${name} fullchain.pem privkey.pem`,
          ),
      ...outside.findings,
    ];
  });
  return (await Promise.all(findings)).flat();
}
