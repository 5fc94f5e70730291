import {
  type CdnDomain,
  type DomainChange,
  describeDomain,
  isBusy,
  isDeploying,
  updateDomain,
} from "../../../packages/https-account/src/index.ts";
import { NotDone } from "../../lib/consent.ts";
import type { HttpsWorld } from "../world.ts";
import type { Account } from "./account.ts";

const PAUSE_SECONDS = 5;

/**
 * Changes a domain once the CDN has deployed the previous change, and waits until this one is deployed.
 *
 * @throws NotDone when that takes too long, CloudError
 */
export async function changeDomain(
  account: Account,
  host: string,
  change: (domain: CdnDomain) => DomainChange,
  world: HttpsWorld,
): Promise<CdnDomain> {
  const domain = await waitUntilDeployed(account, host, world);
  try {
    await updateDomain(account.cdn, host, change(domain));
  } catch (error) {
    if (!isBusy(error)) throw error;
    // Somebody else has changed the domain in the meantime.
    await updateDomain(account.cdn, host, change(await waitUntilDeployed(account, host, world)));
  }
  return await waitUntilDeployed(account, host, world);
}

/**
 * Waits until all changes of a domain are deployed.
 *
 * @throws NotDone when that takes too long, CloudError
 */
export async function waitUntilDeployed(
  { cdn, waitSeconds }: Account,
  host: string,
  world: HttpsWorld,
): Promise<CdnDomain> {
  for (let waited = 0; ; waited += PAUSE_SECONDS) {
    const domain = await describeDomain(cdn, host);
    if (domain === undefined) throw new NotDone(`${host} is no longer on the CDN.`);
    if (domain.Https?.SslStatus === "failed") {
      throw new NotDone(
        `The CDN could not deploy HTTPS for ${host}. Its console says why; then run this again.`,
      );
    }
    if (!isDeploying(domain)) return domain;
    if (waited + PAUSE_SECONDS > waitSeconds) {
      throw new NotDone(
        `After ${waited} s, the CDN is still deploying the last change of ${host}. Nothing is lost: run this again later.`,
      );
    }
    if (waited === 0) world.writeError(`The CDN is deploying ${host}; waiting up to ${waitSeconds} s.\n`);
    await world.sleep(PAUSE_SECONDS * 1000);
  }
}

/** The same for a domain that has just been read: it does nothing if the domain is deployed, or not on the CDN. */
export async function waitIfDeploying(
  account: Account,
  host: string,
  domain: CdnDomain | undefined,
  world: HttpsWorld,
): Promise<void> {
  if (domain !== undefined && isDeploying(domain)) await waitUntilDeployed(account, host, world);
}
