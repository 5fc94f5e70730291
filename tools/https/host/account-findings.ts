import {
  type AccountCertificate,
  type CdnDomain,
  isDeploying,
  isOn,
} from "../../../packages/https-account/src/index.ts";
import { type Claim, type Finding, fail, pass, skip, warn } from "../../../packages/tls-check/src/index.ts";
import { readFallback } from "../../../shared/https-fallback.ts";
import { markerOf } from "../cdn/fallback.ts";
import { day, daysUntil } from "../lib/certificates.ts";
import { type HostFacts, type Place, placeOfHost } from "./facts.ts";

const WARN_DAYS = 30;

/** What DNS and the account say about a host, as findings. */
export function accountFindings(
  facts: HostFacts,
  certificate: AccountCertificate | undefined,
  now: number,
): Finding[] {
  const { host, domain } = facts;
  const claim = (id: string, title: string): Claim => ({ id: `${id}@${host}`, title: `${host}: ${title}` });
  return [
    dnsFinding(claim("dns", "where the name points"), facts),
    ...(domain === undefined
      ? [skip(claim("cdn", "the account has it on the CDN"), "It has not.")]
      : domainFindings(claim, facts, certificate, now)),
    ...bucketFindings(claim, facts),
  ];
}

function dnsFinding(claim: Claim, facts: HostFacts): Finding {
  const { cnames, server, domain, host } = facts;
  const way = cnames.length > 0 ? `CNAME ${cnames.join(" → ")}` : "no visible CNAME";
  const place = placeOfHost(facts);
  switch (place) {
    case "nowhere":
      return fail(
        claim,
        "DNS does not know the name.",
        domain?.Cname
          ? `Add the record ${host} CNAME ${domain.Cname}.`
          : "Add a CNAME to the CDN or to the bucket.",
      );
    case "cdn":
      return domain === undefined
        ? fail(
            claim,
            `${WHERE[place]} (${way}), but this account does not have it there: another account does, or it was removed.`,
            "Use the other account's key, or add the domain to the CDN in the console.",
          )
        : pass(claim, `${WHERE[place]} (${way}).`);
    case "bucket":
      if (facts.isManaged) {
        return pass(claim, "It is the bucket's own name, whose certificate Tencent manages.");
      }
      return domain === undefined
        ? pass(claim, `${WHERE[place]} (${way}).`)
        : fail(
            claim,
            `${WHERE[place]} (${way}), although the account has it on the CDN: the settings there have no effect.`,
            `Point it to the CDN: ${host} CNAME ${domain.Cname || "(see the CDN's console)"}.`,
          );
    case "edgeone":
      return warn(
        claim,
        `${WHERE[place]} (${way}).`,
        "Its HTTPS is configured in EdgeOne's console. If its certificate is in the account, it can be renewed here: cert renew.",
      );
    default:
      return warn(
        claim,
        `${server === undefined ? WHERE[place] : server.who} (${way}).`,
        "Only checked from outside: its HTTPS is configured where it points to.",
      );
  }
}

const WHERE: Readonly<Record<Place, string>> = {
  cdn: "Tencent Cloud's CDN",
  bucket: "the bucket itself",
  edgeone: "Tencent EdgeOne",
  elsewhere: "somewhere else",
  nowhere: "nowhere",
};

function domainFindings(
  claim: (id: string, title: string) => Claim,
  { host, domain }: HostFacts,
  certificate: AccountCertificate | undefined,
  now: number,
): Finding[] {
  if (domain === undefined) return [];
  const { Https, ForceRedirect, Compression, Origin } = domain;
  const on = isOn(Https);
  const marker = markerOf(domain);
  const fallback = marker && readFallback(marker.HeaderValue);
  return [
    stateFinding(claim("cdn", "the account has it on the CDN"), domain),
    certificateFinding(
      claim("cdn.certificate", "HTTPS is on, with a certificate"),
      host,
      on,
      certificate,
      now,
    ),
    isOn(ForceRedirect) && ForceRedirect?.RedirectType === "https"
      ? pass(claim("cdn.redirect", "the CDN redirects to HTTPS"), `${ForceRedirect.RedirectStatusCode}.`)
      : warn(
          claim("cdn.redirect", "the CDN redirects to HTTPS"),
          "It answers plain HTTP.",
          `npm run https -- cdn redirect ${host} on`,
        ),
    isOn(Https?.Hsts)
      ? pass(claim("cdn.hsts", "the CDN sends HSTS"), `max-age ${Https?.Hsts?.MaxAge} s.`)
      : warn(
          claim("cdn.hsts", "the CDN sends HSTS"),
          "It sends no HSTS.",
          `npm run https -- cdn hsts ${host} on`,
        ),
    Https?.Http2 === "on"
      ? pass(claim("cdn.http2", "the CDN speaks HTTP/2"))
      : warn(
          claim("cdn.http2", "the CDN speaks HTTP/2"),
          "It supports only HTTP/1.1.",
          `npm run https -- cdn http2 ${host} on`,
        ),
    isOn(Compression)
      ? pass(claim("cdn.gzip", "the CDN compresses text"))
      : warn(
          claim("cdn.gzip", "the CDN compresses text"),
          "It compresses nothing.",
          `npm run https -- cdn gzip ${host} on`,
        ),
    ...(Origin?.OriginPullProtocol === "http"
      ? [
          warn(
            claim("cdn.origin", "the CDN fetches from the bucket over HTTPS"),
            "It fetches over plain HTTP, which a bucket that forces HTTPS refuses.",
            "In the CDN's console, set the origin protocol to HTTPS or follow.",
          ),
        ]
      : []),
    ...(marker === undefined
      ? []
      : [
          warn(
            claim("fallback", "plain HTTP is not allowed for an emergency"),
            `Plain HTTP is allowed${fallback ? `, as planned until ${new Date(fallback.until).toISOString().slice(0, 16)}Z` : ""}.`,
            `npm run https -- fallback ${host} --end`,
          ),
        ]),
  ];
}

/** What `Disable` says, and what helps (https://cloud.tencent.com/document/api/228/30987#DetailDomain). */
const WHY_CLOSED: ReadonlyMap<string, readonly [why: string, fix: string]> = new Map([
  ["overdue", ["the account owes money", "Pay what is due, then start it in the CDN's console."]],
  ["malicious", ["the CDN closed it for abuse", "Ask Tencent's support; the account's messages say more."]],
  ["ddos", ["the CDN closed it because it was attacked", "Ask Tencent's support when it can be started."]],
  ["idle", ["nobody used it for 90 days", "Start it in the CDN's console."]],
  [
    "unlicensed",
    [
      "it has no ICP filing, or no longer",
      "File the domain, or serve it only outside mainland China; then start it in the CDN's console.",
    ],
  ],
  [
    "capping",
    [
      "its traffic reached the limit that you set",
      "Raise the limit in the CDN's console if the traffic is wanted, and start it there.",
    ],
  ],
  ["readonly", ["the CDN has locked it: its settings cannot be changed", "Ask Tencent's support."]],
]);

function stateFinding(claim: Claim, domain: CdnDomain): Finding {
  const { Status, Disable } = domain;
  if (isDeploying(domain)) {
    return warn(
      claim,
      `The CDN is still deploying the last change (${Status}).`,
      "Wait a minute, then try again.",
    );
  }
  const closed = WHY_CLOSED.get(Disable);
  if (closed !== undefined) {
    const [why, fix] = closed;
    const say = Status === "online" ? warn : fail;
    return say(claim, `${Status}: ${why} (${Disable}).`, fix);
  }
  switch (Status) {
    case "online":
      return pass(claim, "online.");
    case "closing":
      return fail(
        claim,
        "closing.",
        "Wait a minute, then start it in the CDN's console if it is still needed.",
      );
    case "rejected":
      return fail(
        claim,
        "rejected: the CDN's review refused it, as when the domain has no ICP filing, or no longer.",
        "See in the CDN's console why, and submit it again.",
      );
    default:
      return fail(claim, `${Status}.`, "Start it in the CDN's console.");
  }
}

function certificateFinding(
  claim: Claim,
  host: string,
  on: boolean,
  certificate: AccountCertificate | undefined,
  now: number,
): Finding {
  if (!on) {
    return fail(
      claim,
      "HTTPS is off.",
      `npm run https -- cert list --for ${host}, then cdn https ${host} --cert ID`,
    );
  }
  if (certificate === undefined) return pass(claim, "The certificate is not among the account's.");
  const days = daysUntil(certificate.ends, now);
  const text = `${certificate.id}, ${certificate.names.join(", ")}, until ${day(certificate.ends)}, ${days} days.`;
  return days < WARN_DAYS ? warn(claim, text, `npm run https -- cert renew ${host}`) : pass(claim, text);
}

function bucketFindings(claim: (id: string, title: string) => Claim, { bucket }: HostFacts): Finding[] {
  if (bucket === undefined) return [];
  const forced = { id: "https.policy", title: `the policy of ${bucket.name} forces HTTPS` };
  const domain = claim("bucket.domain", `${bucket.name} has it as a custom domain`);
  return [
    bucket.domainStatus === undefined
      ? skip(domain, "It has not.")
      : pass(
          domain,
          `${bucket.domainStatus}, ${bucket.hasCertificate ? "with a certificate" : "without a certificate"}.`,
        ),
    bucket.isForced ? pass(forced) : warn(forced, "It does not.", "npm run https -- force"),
  ];
}
