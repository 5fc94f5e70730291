import { isOn } from "../../../packages/https-account/src/index.ts";
import { type Finding, pass, warn } from "../../../packages/tls-check/src/index.ts";
import { markerOf } from "../cdn/fallback.ts";
import { type HostFacts, placeOfHost } from "./facts.ts";

/** The one step that should come next for a host, from what is wrong and what was seen from outside. */
export function nextStep(facts: HostFacts, findings: readonly Finding[]): Finding {
  const { host } = facts;
  const claim = { id: `next@${host}`, title: `${host}: the next step` };
  const step = firstStep(facts, findings);
  return step === undefined ? pass(claim, "Nothing is left to do.") : warn(claim, step.why, step.fix);
}

interface NextStep {
  readonly why: string;
  readonly fix: string;
}

function firstStep(facts: HostFacts, findings: readonly Finding[]): NextStep | undefined {
  const { host, domain } = facts;
  const of = (id: string) => findings.find((finding) => finding.id.startsWith(`${id}@`));
  const stepOf = (id: string): NextStep | undefined => {
    const finding = of(id);
    return finding !== undefined &&
      finding.fix !== "" &&
      (finding.status === "fail" || finding.status === "warn")
      ? { why: finding.detail, fix: finding.fix }
      : undefined;
  };
  const dns = of("dns");
  if (dns?.status === "fail") return stepOf("dns");
  const outside = [
    "connect",
    "certificate.date",
    "certificate.name",
    "certificate.chain",
    "certificate.trust",
  ];
  const broken = outside.map(of).find((finding) => finding?.status === "fail");
  switch (placeOfHost(facts)) {
    case "cdn": {
      // While it is closed, or locked, no setting matters.
      const state = stepOf("cdn");
      if (state !== undefined) return state;
      if (domain !== undefined && !isOn(domain.Https)) return stepOf("cdn.certificate");
      if (broken !== undefined) return onCdn(host, broken);
      if (domain !== undefined && markerOf(domain) !== undefined) return stepOf("fallback");
      return (
        stepOf("cdn.certificate") ??
        stepOf("cdn.redirect") ??
        stepOf("cdn.hsts") ??
        stepOf("cdn.origin") ??
        stepOf("cdn.http2") ??
        stepOf("cdn.gzip") ??
        policyStep(findings)
      );
    }
    case "bucket":
      if (!facts.isManaged && (broken !== undefined || facts.bucket?.hasCertificate === false)) {
        return {
          why: broken?.detail ?? "The bucket has no certificate for it.",
          fix: `npm run https -- cert put ${host} fullchain.pem privkey.pem`,
        };
      }
      return stepOf("certificate.date") ?? policyStep(findings);
    case "edgeone": {
      // Its certificate can be renewed here; everything else is configured on EdgeOne.
      const date = of("certificate.date");
      return date?.status === "fail" || date?.status === "warn"
        ? { why: date.detail, fix: `npm run https -- cert renew ${host}` }
        : broken && { why: broken.detail, fix: broken.fix };
    }
    default:
      return broken && { why: broken.detail, fix: broken.fix };
  }
}

/** How to fix a broken certificate on the CDN. */
function onCdn(host: string, broken: Finding): NextStep {
  const [kind] = broken.id.split("@");
  switch (kind) {
    case "certificate.date":
      return {
        why: broken.detail,
        fix: `npm run https -- cert renew ${host}, or cert switch ${host} at once`,
      };
    case "certificate.chain":
      return {
        why: broken.detail,
        fix: `npm run doctor -- cert FILE --intermediate FILE completes the chain; then cert upload --again, and cdn https ${host} --cert ID`,
      };
    default:
      return {
        why: broken.detail,
        fix: `npm run https -- cert list --for ${host}, then cdn https ${host} --cert ID`,
      };
  }
}

function policyStep(findings: readonly Finding[]): NextStep | undefined {
  const policy = findings.find(({ id }) => id === "https.policy");
  return policy?.status === "warn"
    ? { why: "The bucket itself still answers plain HTTP.", fix: policy.fix }
    : undefined;
}
