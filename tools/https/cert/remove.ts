import type { BucketAccess } from "../../lib/bucket-api.ts";
import { type ChangingWorld, type Consent, confirm } from "../../lib/consent.ts";
import { certificateStatus, deleteCertificate, listDomains } from "./domains.ts";

/**
 * Takes the certificate of a custom domain away.
 *
 * @throws NotDone, BucketError
 */
export async function removeCertificate(
  access: BucketAccess,
  domain: string,
  consent: Consent,
  world: ChangingWorld,
): Promise<void> {
  const isKnown = (await listDomains(access)).some(({ name }) => name === domain);
  if (!isKnown || (await certificateStatus(access, domain)) !== "ENABLED") {
    world.write(`${access.bucket.bucket} has no certificate for ${domain}; nothing to do.\n`);
    return;
  }
  world.write(
    `From then on https://${domain} presents a certificate that does not cover it, and clients refuse it.\n`,
  );
  await confirm(`Remove the certificate of ${domain} from ${access.bucket.bucket}?`, consent, world);
  await deleteCertificate(access, domain);
  world.write(`The certificate of ${domain} is removed.\n`);
}
