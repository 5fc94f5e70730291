import {
  type CdnDomain,
  type CdnHeaderRule,
  type DomainChange,
  httpsWith,
  isDeploying,
  isOn,
} from "../../../packages/https-account/src/index.ts";
import type { Finding } from "../../../packages/tls-check/src/index.ts";
import {
  FALLBACK_HEADER,
  type Fallback,
  fallbackHeader,
  readFallback,
} from "../../../shared/https-fallback.ts";
import { type Consent, NotDone } from "../../lib/consent.ts";
import { type Account, domainOnCdn } from "../lib/account.ts";
import { changeDomain, waitUntilDeployed } from "../lib/change-domain.ts";
import { carryOut } from "../plan.ts";
import type { HttpsWorld } from "../world.ts";
import { hstsOutside, redirectOutside } from "./outside.ts";
import { rememberedUntil } from "./remembered.ts";
import { checkHttps, redirectPart } from "./switches.ts";

/**
 * Lets a domain answer plain HTTP for a while: no redirect, no HSTS, and a header that says until when and what was
 * there before. One change of the CDN, so that it is whole or was not begun.
 *
 * @param hours how long it is to last; cert-watch reminds until it is ended
 * @throws NotDone, DryRun, CloudError
 */
export async function beginFallback(
  account: Account,
  host: string,
  hours: number,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const domain = await domainOnCdn(account, host);
  const until = account.clock() + hours * 3_600_000;
  const present = markerOf(domain);
  if (present !== undefined) {
    world.write(`${host} has fallen back to plain HTTP already (${present.HeaderValue}); nothing to do.\n`);
    if (isDeploying(domain)) await waitUntilDeployed(account, host, world);
  } else {
    await carryOut(
      {
        steps: [
          {
            what: `Answer plain HTTP of ${host}: redirect and HSTS off, until ${new Date(until).toISOString().slice(0, 16)}Z by intention.`,
            run: async () => {
              await changeDomain(account, host, (now) => withFallback(now, until), world);
            },
          },
        ],
        notes: [
          "Anybody on the way can then read and change what is sent. It does not end by itself: " +
            `npm run https -- fallback ${host} --end. cert-watch reminds of it daily when ${host} is in CERT_HOSTS.`,
          "A Mini Program does not speak plain HTTP, whatever the CDN answers.",
          rememberedUntil(domain, account.clock()),
        ].filter(Boolean),
        question: `Let ${host} answer plain HTTP for a while?`,
      },
      consent,
      world,
    );
  }
  return [await redirectOutside(account, host, false)];
}

/**
 * Puts back what {@link beginFallback} took away.
 *
 * @throws NotDone, DryRun, CloudError
 */
export async function endFallback(
  account: Account,
  host: string,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const domain = await domainOnCdn(account, host);
  const marker = markerOf(domain);
  if (marker === undefined) {
    world.write(`${host} has not fallen back to plain HTTP; nothing to do.\n`);
    if (isDeploying(domain)) await waitUntilDeployed(account, host, world);
    return [await redirectOutside(account, host, isOn(domain.ForceRedirect))];
  }
  const before = readFallback(marker.HeaderValue);
  if (before === undefined) {
    throw new NotDone(
      `Nothing was changed: the header ${FALLBACK_HEADER} of ${host} is not one of this command's. Set the redirect and ` +
        "HSTS with `cdn redirect` and `cdn hsts`, and take the header out in the console.",
    );
  }
  await checkHttps(account, host, domain);
  const { redirect, hsts } = before;
  await carryOut(
    {
      steps: [
        {
          what: `Put back what ${host} had: ${redirect === 0 ? "no redirect" : `redirect to HTTPS (${redirect})`}, ${hsts === undefined ? "no HSTS" : `HSTS of ${hsts} s`}.`,
          run: async () => {
            await changeDomain(account, host, (now) => withoutFallback(now, before), world);
          },
        },
      ],
      question: `End the fallback of ${host}?`,
    },
    consent,
    world,
  );
  return [
    await redirectOutside(account, host, redirect !== 0),
    ...(hsts === undefined ? [] : [await hstsOutside(account, host, hsts)]),
  ];
}

/** The fallback's header among the domain's. */
export function markerOf({ ResponseHeader }: CdnDomain): CdnHeaderRule | undefined {
  if (!isOn(ResponseHeader)) return undefined;
  return ResponseHeader?.HeaderRules.find(({ HeaderName }) => HeaderName.toLowerCase() === FALLBACK_HEADER);
}

function withFallback(domain: CdnDomain, until: number): DomainChange {
  const { ForceRedirect, Https, ResponseHeader } = domain;
  const hsts = Https?.Hsts;
  const isRedirected = isOn(ForceRedirect) && ForceRedirect?.RedirectType === "https";
  const before: Fallback = {
    until,
    redirect: isRedirected ? (ForceRedirect?.RedirectStatusCode ?? 0) : 0,
    hsts: isOn(hsts) ? (hsts?.MaxAge ?? 0) : undefined,
    subDomains: hsts?.IncludeSubDomains === "on",
  };
  const marker = {
    HeaderMode: "set",
    HeaderName: FALLBACK_HEADER,
    HeaderValue: fallbackHeader(before),
    RuleType: "all",
    RulePaths: ["*"],
  };
  return {
    ForceRedirect: redirectPart(false, 302),
    ...(isOn(Https) && {
      Https: httpsWith(domain, { Hsts: { Switch: "off", MaxAge: 0, IncludeSubDomains: "off" } }),
    }),
    ResponseHeader: {
      Switch: "on",
      HeaderRules: [...(isOn(ResponseHeader) ? (ResponseHeader?.HeaderRules ?? []) : []), marker],
    },
  };
}

function withoutFallback(domain: CdnDomain, { redirect, hsts, subDomains }: Fallback): DomainChange {
  const others = (domain.ResponseHeader?.HeaderRules ?? []).filter(
    ({ HeaderName }) => HeaderName.toLowerCase() !== FALLBACK_HEADER,
  );
  return {
    ForceRedirect: redirectPart(redirect !== 0, redirect),
    ...(hsts !== undefined && {
      Https: httpsWith(domain, {
        Hsts: { Switch: "on", MaxAge: hsts, IncludeSubDomains: subDomains ? "on" : "off" },
      }),
    }),
    ResponseHeader: { Switch: others.length > 0 ? "on" : "off", HeaderRules: others },
  };
}
