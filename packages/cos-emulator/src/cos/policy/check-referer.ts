import { matchesWildcard } from "../../cam/wildcard.ts";
import { CosError } from "../http/errors.ts";
import type { CosRequest } from "../http/request.ts";
import type { CosService } from "../store/service.ts";

/** How much of a Referer to show in the reason. */
const MAX_SHOWN_CHARACTERS = 200;

/**
 * Refuses links from other sites. Requests that are signed, in the header or the URL, are not checked
 * (https://cloud.tencent.com/document/product/436/13319); the message is the one that people report
 * (cos-python-sdk-v5 issue 56).
 *
 * @throws {CosError} AccessDenied
 */
export function checkReferer({ settings }: CosService, { headers }: CosRequest): void {
  const rule = settings.get("referer");
  if (rule === undefined || !rule.isEnabled) return;
  const referer = headers.get("referer") ?? "";
  const isListed = rule.domains.some((domain) => matchesReferer(domain, referer));
  const isAllowed = referer === "" ? rule.takesEmpty : isListed === rule.isAllowList;
  if (isAllowed) return;
  throw new CosError("AccessDenied", "You are denied by bucket referer rule", {
    cause: {
      kind: "referer",
      list: rule.isAllowList ? "allow" : "block",
      ...(referer !== "" && { received: referer.slice(0, MAX_SHOWN_CHARACTERS) }),
    },
  });
}

/**
 * Whether an address, without its scheme, begins with a rule's domain. `*.example.com` matches example.com and all its
 * subdomains; a `*` does not match a slash, so no path can pass for a host.
 */
function matchesReferer(domain: string, referer: string): boolean {
  const [host = "", path] = splitHost(referer.replace(/^[a-z][a-z\d+.-]*:\/\//i, ""));
  const [wantedHost = "", wantedPath] = splitHost(domain);
  const hosts = wantedHost.startsWith("*.") ? [wantedHost, wantedHost.slice(2)] : [wantedHost];
  if (wantedPath !== undefined) {
    return hosts.some((wanted) => matchesWildcard(wanted, host)) && (path ?? "").startsWith(wantedPath);
  }
  return hosts.some((wanted) => matchesWildcard(`${wanted}*`, host));
}

function splitHost(address: string): [host: string, path: string | undefined] {
  const slash = address.indexOf("/");
  return slash < 0
    ? [address.toLowerCase(), undefined]
    : [address.slice(0, slash).toLowerCase(), address.slice(slash)];
}
