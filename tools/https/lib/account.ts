import { type CdnDomain, CloudApi, describeDomain } from "../../../packages/https-account/src/index.ts";
import type { Environment, PermanentKey } from "../../../shared/config.ts";
import { NotDone } from "../../lib/consent.ts";
import type { Network } from "../../lib/network.ts";
import type { HttpsWorld } from "../world.ts";

/** The account with the CDN and the certificates, and how to reach its hosts from outside. */
export interface Account {
  readonly cdn: CloudApi;
  readonly ssl: CloudApi;
  readonly network: Network;
  /** Unix time in milliseconds. */
  readonly clock: () => number;
  /** The port on which hosts answer HTTPS. */
  readonly httpsPort: number;
  /** The port on which hosts answer plain HTTP. */
  readonly httpPort: number;
  /** How long to wait for the CDN, for the SSL service, and until a change is seen from outside, in seconds. */
  readonly waitSeconds: number;
}

/** @throws EndpointError */
export function openAccount(
  key: PermanentKey,
  env: Environment,
  options: Omit<Account, "cdn" | "ssl">,
  { sleep }: HttpsWorld,
): Account {
  // The CDN is slow to answer a change; 15 seconds without an answer are not a failure yet.
  const common = {
    credential: { secretId: key.secretId, secretKey: key.secretKey },
    timeoutSeconds: Math.max(15, options.network.timeoutMs / 1000),
    sleep,
    hints: {
      key: "Check COS_SECRET_ID and COS_SECRET_KEY.",
      permission: "The key lacks the permission: see deploy/policies/https.json.",
    },
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
