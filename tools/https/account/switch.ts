import {
  type AccountCertificate,
  certificateInUse,
  type DeployTarget,
  deployCertificate,
  deployProgress,
  describeDomain,
  httpsWith,
  listCertificates,
} from "../../../packages/https-account/src/index.ts";
import type { Finding } from "../../../packages/tls-check/src/index.ts";
import { type Consent, NotDone } from "../../lib/consent.ts";
import type { Account } from "../lib/account.ts";
import { described, fittingCertificate, whyNotFor } from "../lib/certificates.ts";
import { changeDomain, waitUntilDeployed } from "../lib/change-domain.ts";
import { waitUntilShown } from "../lib/outside.ts";
import { carryOut } from "../plan.ts";
import type { HttpsWorld } from "../world.ts";
import { backupAlias } from "./backup.ts";

/** The bucket of which the host is a custom domain. */
export interface BucketDomain {
  readonly region: string;
  readonly bucket: string;
}

/**
 * Installs another of the account's certificates on a host: the one that `cert backup` keeps, or the one with this id. It
 * takes one call: on the CDN if the host is on it, otherwise on EdgeOne or the bucket's custom domain.
 *
 * @param id undefined for the kept one
 * @param bucketDomain undefined when the host is not a custom domain of the bucket
 * @throws NotDone, DryRun, CloudError
 */
export async function switchCertificate(
  account: Account,
  host: string,
  id: string | undefined,
  bucketDomain: BucketDomain | undefined,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const certificate =
    id === undefined ? await keptFor(account, host) : await fittingCertificate(account, id, host);
  const domain = await describeDomain(account.cdn, host);
  const inUse =
    domain === undefined
      ? await certificateInUse(
          { ssl: account.ssl, host, sleep: world.sleep },
          await listCertificates(account.ssl),
        )
      : undefined;
  const current = domain ? domain.Https?.CertInfo?.CertId : inUse?.certificate.id;
  if (current === certificate.id) {
    world.write(
      `${host} already has ${described(certificate)}; nothing to do. To go back to another: npm run https -- cert switch ${host} --cert ID\n`,
    );
    if (domain !== undefined) await waitUntilDeployed(account, host, world);
    return await waitUntilShown(account, host, certificate.ends, world);
  }
  const isOnEdgeOne = inUse?.uses.some((use) => use.type === "teo" && use.host === host) ?? false;
  const target: DeployTarget | undefined = isOnEdgeOne
    ? { type: "teo", host }
    : bucketDomain && { type: "cos", ...bucketDomain, host };
  if (domain === undefined && target === undefined) {
    throw new NotDone(
      `Nothing was changed: ${host} is neither on the account's CDN nor a custom domain of the bucket, and none of the ` +
        "account's certificates is in use for it on EdgeOne.",
    );
  }
  const place = domain !== undefined ? "the CDN" : isOnEdgeOne ? "EdgeOne" : "the bucket";
  await carryOut(
    {
      steps: [
        {
          what: `Install ${described(certificate)} for ${host} on ${place}${current ? `, in place of ${current}` : ""}.`,
          run: async () => {
            if (domain !== undefined) {
              await changeDomain(
                account,
                host,
                (now) => ({ Https: httpsWith(now, { Switch: "on", certId: certificate.id }) }),
                world,
              );
            } else if (target !== undefined) {
              await deploy(account, certificate, target, world);
            }
          },
        },
      ],
      notes: [
        `${current ?? "The previous one"} is kept. To go back: npm run https -- cert switch ${host} --cert ${current ?? "ID"}`,
      ],
      question: `Install it on ${host}?`,
    },
    consent,
    world,
  );
  return await waitUntilShown(account, host, certificate.ends, world);
}

/** The second certificate that is kept for a host. @throws NotDone when there is none, or it no longer fits; CloudError */
async function keptFor(account: Account, host: string): Promise<AccountCertificate> {
  const alias = backupAlias(host);
  const kept = (await listCertificates(account.ssl, alias)).filter((one) => one.alias === alias);
  if (kept.length === 0) {
    throw new NotDone(
      `Nothing was changed: no second certificate is kept for ${host}. Keep one: npm run https -- cert backup ${host} ` +
        "FULLCHAIN KEY; or name one of the account's certificates with --cert ID.",
    );
  }
  const now = account.clock();
  const usable = kept
    .filter((one) => whyNotFor(one, host, now) === undefined)
    .sort((a, b) => b.ends - a.ends);
  const [best] = usable;
  if (best !== undefined) return best;
  const why = kept.map((one) => `${one.id}: ${whyNotFor(one, host, now)}`).join("; ");
  throw new NotDone(`Nothing was changed: the certificate that is kept for ${host} does not fit (${why}).`);
}

const PAUSE_MS = 2000;

async function deploy(
  { ssl, waitSeconds }: Account,
  { id }: AccountCertificate,
  target: DeployTarget,
  world: HttpsWorld,
): Promise<void> {
  const record = await deployCertificate(ssl, id, target);
  for (let waited = 0; ; waited += PAUSE_MS) {
    const { isRunning, failures } = await deployProgress(ssl, record);
    if (failures.length > 0) throw new NotDone(`It was refused: ${failures.join("; ")}.`);
    if (!isRunning) return;
    if (waited >= waitSeconds * 1000) {
      throw new NotDone("It is still in progress and continues by itself; run this again to see the result.");
    }
    await world.sleep(PAUSE_MS);
  }
}
