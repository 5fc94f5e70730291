import { type CdnDomain, httpsWith, isOn } from "../../../packages/https-account/src/index.ts";
import { type Finding, fail, pass } from "../../../packages/tls-check/src/index.ts";
import type { BucketAccess } from "../../lib/bucket-api.ts";
import { type Consent, NotDone } from "../../lib/consent.ts";
import { rememberedUntil } from "../cdn/remembered.ts";
import { redirectPart } from "../cdn/switches.ts";
import { deleteCertificate } from "../cert/domains.ts";
import { unforceStep } from "../force.ts";
import type { Account } from "../lib/account.ts";
import { changeDomain, waitIfDeploying } from "../lib/change-domain.ts";
import { lookAt } from "../lib/outside.ts";
import { carryOut, type Step } from "../plan.ts";
import type { HttpsWorld } from "../world.ts";
import { answersPlain } from "./answers-plain.ts";
import { type BucketPlace, openBucketNotes, placesOf } from "./places.ts";

/**
 * Switches HTTPS of a host off, wherever the account serves it, in the only order in which no client is sent to something
 * that no longer works: first the bucket answers plain HTTP, then the CDN does, then HSTS is off, and HTTPS last. Each
 * step takes effect before the next one.
 *
 * @param access undefined without a bucket in the settings
 * @throws NotDone, DryRun, CloudError, BucketError, PolicyFormError
 */
export async function disableHttps(
  account: Account,
  access: BucketAccess | undefined,
  host: string,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const places = await placesOf(account, access, host);
  const { domain, bucket } = places;
  if (bucket?.as === "own") {
    throw new NotDone(
      `Nothing was changed: HTTPS of ${host}, the bucket's own name, cannot be switched off. To make it answer plain HTTP ` +
        "too: npm run https -- unforce",
    );
  }
  const opening = bucket?.seesPlainHttp ? await unforceStep(bucket.access, world) : undefined;
  const last = bucket?.hasCertificate ? [removalStep(bucket, host)] : [];
  const cdn = domain === undefined ? [] : cdnSteps(account, host, domain, world);
  // If the name's HTTPS is already off, there is no reason to open the whole bucket.
  const steps = [...(opening && cdn.length + last.length > 0 ? [opening] : []), ...cdn, ...last];
  if (steps.length > 0) {
    await carryOut(
      {
        steps,
        notes: [
          `After that, ${bucket?.hasCertificate ? `clients refuse https://${host}` : `https://${host} does not answer`}. A Mini Program uses nothing but HTTPS.`,
          domain === undefined ? "" : rememberedUntil(domain, account.clock()),
          ...(opening === undefined ? [] : openBucketNotes(places)),
        ].filter(Boolean),
        question: `Switch HTTPS of ${host} off?`,
      },
      consent,
      world,
    );
  } else {
    world.write(`HTTPS of ${host} is already off; nothing to do.\n`);
    await waitIfDeploying(account, host, domain, world);
  }
  return [await closedFinding(account, host, world), ...(await answersPlain(account, host, places))];
}

function cdnSteps(account: Account, host: string, domain: CdnDomain, world: HttpsWorld): Step[] {
  const step = (what: string, change: Parameters<typeof changeDomain>[2]): Step => ({
    what,
    run: async () => {
      await changeDomain(account, host, change, world);
    },
  });
  const { ForceRedirect, Https } = domain;
  return [
    ...(isOn(ForceRedirect) && ForceRedirect?.RedirectType === "https"
      ? [
          step(`Answer plain HTTP of ${host} instead of redirecting it.`, () => ({
            ForceRedirect: redirectPart(false, 302),
          })),
        ]
      : []),
    ...(isOn(Https?.Hsts)
      ? [
          step(`Switch HSTS of ${host} off.`, (now) => ({
            Https: httpsWith(now, { Hsts: { Switch: "off", MaxAge: 0, IncludeSubDomains: "off" } }),
          })),
        ]
      : []),
    ...(isOn(Https)
      ? [
          step(`Switch HTTPS of ${host} off. Its certificate stays in the account.`, (now) => ({
            Https: httpsWith(now, { Switch: "off" }),
          })),
        ]
      : []),
  ];
}

function removalStep({ access }: BucketPlace, host: string): Step {
  return {
    what: `Remove the certificate of ${host} from ${access.bucket.bucket}. COS does not return it, so keep its files.`,
    run: () => deleteCertificate(access, host),
  };
}

const PAUSE_SECONDS = 5;

/**
 * Waits until clients no longer accept the host's HTTPS: the CDN then ends the handshake, and COS presents a certificate
 * that does not cover the name.
 */
async function closedFinding(account: Account, host: string, world: HttpsWorld): Promise<Finding> {
  const claim = { id: `https.off@${host}`, title: `${host}: HTTPS is off` };
  for (let waited = 0; ; waited += PAUSE_SECONDS) {
    const { handshake, findings } = await lookAt(account, host);
    if (handshake === undefined) return pass(claim, "No TLS handshake succeeds.");
    if (findings.some(({ id, status }) => id.startsWith("certificate.name@") && status === "fail")) {
      return pass(claim, "The certificate does not cover the name, so clients refuse it.");
    }
    if (waited + PAUSE_SECONDS > account.waitSeconds) {
      return fail(
        claim,
        "It still answers HTTPS.",
        "Try again in a few minutes; single nodes may lag behind.",
      );
    }
    if (waited === 0)
      world.writeError(`${host} still answers HTTPS; waiting up to ${account.waitSeconds} s.\n`);
    await world.sleep(PAUSE_SECONDS * 1000);
  }
}
