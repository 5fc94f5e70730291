import { whoseServer } from "../../../packages/tls-check/src/index.ts";
import type { BucketAccess } from "../../lib/bucket-api.ts";
import { type ChangingWorld, type Consent, confirm, NotDone } from "../../lib/consent.ts";
import { cnamesOf } from "../../lib/network.ts";
import { isForced } from "../status.ts";
import { certificateStatus, deleteCertificate, listDomains } from "./domains.ts";

/**
 * Removes the certificate of a custom domain.
 *
 * @throws NotDone, BucketError, PolicyFormError
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
  const server = whoseServer(await cnamesOf(domain, access.network));
  if (server?.who === "COS itself" && (await isForced(access))) {
    throw new NotDone(
      `Nothing was changed: ${access.bucket.bucket} refuses plain HTTP, so ${domain} would answer neither plain HTTP nor HTTPS. ` +
        `To undo both in the safe order: npm run https -- disable ${domain}`,
    );
  }
  world.write(
    `After that, https://${domain} presents a certificate that does not cover it, and clients refuse it.\n`,
  );
  await confirm(`Remove the certificate of ${domain} from ${access.bucket.bucket}?`, consent, world);
  await deleteCertificate(access, domain);
  world.write(`The certificate of ${domain} is removed.\n`);
}
