import {
  type CdnDomain,
  type CdnHeaderRule,
  type DomainChange,
  httpsWith,
  isOn,
} from "../../../packages/https-account/src/index.ts";
import {
  FALLBACK_HEADER,
  type Fallback,
  fallbackHeader,
  readFallback,
} from "../../../shared/https-fallback.ts";
import { redirectPart } from "./switches.ts";

/** The fallback's header among those of the domain. */
export function markerOf({ ResponseHeader }: CdnDomain): CdnHeaderRule | undefined {
  if (!isOn(ResponseHeader)) return undefined;
  return ResponseHeader?.HeaderRules.find(({ HeaderName }) => HeaderName.toLowerCase() === FALLBACK_HEADER);
}

/** Whether the redirect or HSTS is on, which keeps visitors from plain HTTP. */
export function insistsOnHttps({ ForceRedirect, Https }: CdnDomain): boolean {
  return isRedirected(ForceRedirect) || isOn(Https?.Hsts);
}

function isRedirected(redirect: CdnDomain["ForceRedirect"]): boolean {
  return isOn(redirect) && redirect?.RedirectType === "https";
}

/**
 * The change that lets a domain answer plain HTTP and records its previous settings in a header. It is one change, so it
 * is either made completely or not at all. What an earlier fallback recorded stays recorded, unless it was set again since.
 *
 * @param until Unix time in milliseconds
 * @param isForced whether the bucket behind the domain must refuse plain HTTP again afterwards
 */
export function withFallback(domain: CdnDomain, until: number, isForced: boolean): DomainChange {
  const { ForceRedirect, Https, ResponseHeader } = domain;
  const hsts = Https?.Hsts;
  const earlier = readFallback(markerOf(domain)?.HeaderValue ?? "");
  const before: Fallback = {
    until,
    redirect: isRedirected(ForceRedirect)
      ? (ForceRedirect?.RedirectStatusCode ?? 0)
      : (earlier?.redirect ?? 0),
    ...(isOn(hsts)
      ? { hsts: hsts?.MaxAge ?? 0, subDomains: hsts?.IncludeSubDomains === "on" }
      : { hsts: earlier?.hsts, subDomains: earlier?.subDomains === true }),
    isForced: isForced || earlier?.isForced === true,
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
      HeaderRules: [...(isOn(ResponseHeader) ? otherHeaders(domain) : []), marker],
    },
  };
}

/** The change that restores what {@link withFallback} changed. */
export function withoutFallback(domain: CdnDomain, { redirect, hsts, subDomains }: Fallback): DomainChange {
  const others = otherHeaders(domain);
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

function otherHeaders({ ResponseHeader }: CdnDomain): CdnHeaderRule[] {
  const rules = ResponseHeader?.HeaderRules ?? [];
  return rules.filter(({ HeaderName }) => HeaderName.toLowerCase() !== FALLBACK_HEADER);
}
