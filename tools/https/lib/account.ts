import { type CdnDomain, CloudApi, describeDomain } from "../../../packages/https-account/src/index.ts";
import type { Environment, PermanentKey } from "../../../shared/config.ts";
import { NotDone } from "../../lib/consent.ts";
import type { Network } from "../../lib/network.ts";
import type { HttpsWorld } from "../world.ts";

/** The account whose CDN and certificates are looked at and changed, and how its hosts are seen from outside. */
export interface Account {
  readonly cdn: CloudApi;
  readonly ssl: CloudApi;
  readonly network: Network;
  /** Unix time in milliseconds. */
  readonly clock: () => number;
  /** Where hosts answer HTTPS. */
  readonly httpsPort: number;
  /** Where hosts answer plain HTTP. */
  readonly httpPort: number;
  /** How long to wait for the CDN, the SSL service and the view from outside, in seconds. */
  readonly waitSeconds: number;
}

/** @throws EndpointError */
export function openAccount(
  key: PermanentKey,
  env: Environment,
  options: Omit<Account, "cdn" | "ssl">,
  { sleep }: HttpsWorld,
): Account {
  // A change of the CDN's is answered late; a quarter of a minute is not yet a failure.
  const common = {
    credential: { secretId: key.secretId, secretKey: key.secretKey },
    timeoutSeconds: Math.max(15, options.network.timeoutMs / 1000),
    sleep,
  };
  return {
    ...options,
    cdn: new CloudApi("cdn", { ...common, endpoint: env["CDN_ENDPOINT"] || undefined }),
    ssl: new CloudApi("ssl", { ...common, endpoint: env["SSL_ENDPOINT"] || undefined }),
  };
}

/** @throws NotDone when the account does not have this domain on the CDN */
export async function domainOnCdn({ cdn }: Account, host: string): Promise<CdnDomain> {
  const domain = await describeDomain(cdn, host);
  if (domain !== undefined) return domain;
  throw new NotDone(
    `Nothing was changed: ${host} is not on this account's CDN. Without a CDN in front, its certificate belongs on the ` +
      "bucket's custom domain (npm run https -- cert put), and `force` makes the bucket refuse plain HTTP.",
  );
}
