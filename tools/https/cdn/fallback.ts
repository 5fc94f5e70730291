import {
  type CdnDomain,
  type CdnHeaderRule,
  type DomainChange,
  httpsWith,
  isOn,
} from "../../../packages/https-account/src/index.ts";
import { FALLBACK_HEADER, type Fallback, fallbackHeader } from "../../../shared/https-fallback.ts";
import { redirectPart } from "./switches.ts";

/** The fallback's header among those of the domain. */
export function markerOf({ ResponseHeader }: CdnDomain): CdnHeaderRule | undefined {
  if (!isOn(ResponseHeader)) return undefined;
  return ResponseHeader?.HeaderRules.find(({ HeaderName }) => HeaderName.toLowerCase() === FALLBACK_HEADER);
}

/**
 * The change that lets a domain answer plain HTTP and records its previous settings in a header. It is one change, so it
 * is either made completely or not at all.
 *
 * @param until Unix time in milliseconds
 * @param isForced whether the bucket behind the domain must refuse plain HTTP again afterwards
 */
export function withFallback(domain: CdnDomain, until: number, isForced: boolean): DomainChange {
  const { ForceRedirect, Https, ResponseHeader } = domain;
  const hsts = Https?.Hsts;
  const isRedirected = isOn(ForceRedirect) && ForceRedirect?.RedirectType === "https";
  const before: Fallback = {
    until,
    redirect: isRedirected ? (ForceRedirect?.RedirectStatusCode ?? 0) : 0,
    hsts: isOn(hsts) ? (hsts?.MaxAge ?? 0) : undefined,
    subDomains: hsts?.IncludeSubDomains === "on",
    isForced,
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

/** The change that restores what {@link withFallback} changed. */
export function withoutFallback(domain: CdnDomain, { redirect, hsts, subDomains }: Fallback): DomainChange {
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
