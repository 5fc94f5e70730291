import { type CdnDomain, httpsWith, isDeploying, isOn } from "../../../packages/https-account/src/index.ts";
import { type Finding, fail, pass } from "../../../packages/tls-check/src/index.ts";
import type { Consent } from "../../lib/consent.ts";
import { type Account, domainOnCdn } from "../lib/account.ts";
import { changeDomain, waitUntilDeployed } from "../lib/change-domain.ts";
import { lookAt } from "../lib/outside.ts";
import { carryOut, type Step } from "../plan.ts";
import type { HttpsWorld } from "../world.ts";
import { redirectOutside } from "./outside.ts";
import { rememberedUntil } from "./remembered.ts";
import { redirectPart } from "./switches.ts";

/**
 * Switches HTTPS of a domain off in the one order in which nobody is sent to what is no longer there: the redirect, then
 * HSTS, then HTTPS, each deployed before the next.
 *
 * @throws NotDone, DryRun, CloudError
 */
export async function disableHttps(
  account: Account,
  host: string,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const domain = await domainOnCdn(account, host);
  const steps = stepsOf(account, host, domain, world);
  if (steps.length > 0) {
    await carryOut(
      {
        steps,
        notes: [
          `From then on https://${host} does not answer. A Mini Program speaks nothing else.`,
          rememberedUntil(domain, account.clock()),
        ].filter(Boolean),
        question: `Switch HTTPS of ${host} off?`,
      },
      consent,
      world,
    );
  } else {
    world.write(`HTTPS of ${host} is off already; nothing to do.\n`);
    if (isDeploying(domain)) await waitUntilDeployed(account, host, world);
  }
  return [await closedFinding(account, host), await redirectOutside(account, host, false)];
}

function stepsOf(account: Account, host: string, domain: CdnDomain, world: HttpsWorld): Step[] {
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

async function closedFinding(account: Account, host: string): Promise<Finding> {
  const claim = { id: `https.off@${host}`, title: `${host}: HTTPS is off` };
  const { handshake } = await lookAt(account, host);
  return handshake === undefined
    ? pass(claim, "No TLS handshake comes about.")
    : fail(claim, "It still answers HTTPS.", "Try again in a few minutes; single nodes may lag behind.");
}
