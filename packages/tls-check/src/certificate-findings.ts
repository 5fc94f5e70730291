import type { X509Certificate } from "node:crypto";
import { blocked, type Claim, type Finding, fail, pass, skip, warn } from "./finding.ts";
import { covers, listNames, namesCovered, subjectName, wildcardNearMiss } from "./names.ts";
import { type CertificatePath, MAX_SIGNATURES } from "./path.ts";
import { isSelfSigned } from "./trust-anchors.ts";
import { type Place, whoseServer } from "./whose-server.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A warning is given when a certificate expires in fewer days than this. */
export const WARN_DAYS = 30;

/** OpenSSL's reasons that the date check reports. */
const DATE_ERRORS = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);

/** serverAuth and anyExtendedKeyUsage (RFC 5280, section 4.2.1.12). */
const FOR_SERVERS: ReadonlySet<string> = new Set(["1.3.6.1.5.5.7.3.1", "2.5.29.37.0"]);

/** What is needed to judge a server's certificate. All checks of it are pure functions. */
export interface Evidence {
  /** The certificates in the order in which they were sent, or appear in the file; at least one. */
  readonly sent: readonly X509Certificate[];
  readonly path: CertificatePath;
  /** Unix time in milliseconds. */
  readonly now: number;
  /** OpenSSL's own reason not to trust the chain, when there was a handshake. */
  readonly verifyError?: string | undefined;
  /** The caller's command that installs a certificate at a place, as a sentence. */
  readonly commands?: Commands | undefined;
}

export type Commands = Readonly<Record<Place, string>>;

/**
 * Whole days until the first certificate of the path expires. Negative when one has expired; undefined when there is no
 * certificate, or an expiry date cannot be read.
 */
export function daysLeft({ path, now }: Pick<Evidence, "path" | "now">): number | undefined {
  const days = Math.floor((firstToEnd(path.certificates) - now) / DAY_MS);
  return Number.isFinite(days) ? days : undefined;
}

/** Whether the certificate leads to a trusted root. */
export function trustFinding(claim: Claim, evidence: Evidence): Finding {
  const { path, verifyError, sent } = evidence;
  const top = path.certificates.at(-1);
  if (top === undefined) return blocked(claim, "There is no certificate.");
  if (path.end === "self-signed" && path.certificates.length === 1) {
    return fail(
      claim,
      "NET::ERR_CERT_AUTHORITY_INVALID: it is self-signed; no authority issued it, and phones refuse it.",
      "Install a certificate that a public authority issued, such as a free one from Tencent Cloud's SSL " +
        "service. For a trial with an authority of your own, name its root with --ca FILE.",
    );
  }
  if (path.end === "self-signed") {
    return fail(
      claim,
      `NET::ERR_CERT_AUTHORITY_INVALID: it leads to "${subjectName(top.subject)}", which is not a trusted root.`,
      "Install a certificate from a public authority; for an authority of your own, name its root with --ca FILE.",
    );
  }
  if (path.end === "given-up") {
    return fail(
      claim,
      `Its certificates have issued each other in so many ways that no path to a trusted root was found within ` +
        `${MAX_SIGNATURES} signatures; clients may give up too.`,
      "Send only the server's certificate and its intermediates, one after the other.",
    );
  }
  if (path.end === "gap") {
    return fail(
      claim,
      `NET::ERR_CERT_AUTHORITY_INVALID: what is sent (${sent.length} certificate${sent.length === 1 ? "" : "s"}) does not ` +
        `lead to a trusted root; the issuer "${subjectName(top.issuer)}" is missing.`,
      "Send the whole chain. If the issuer is an authority of your own, name its root with --ca FILE.",
    );
  }
  const purposes = path.certificates[0]?.keyUsage;
  if (purposes !== undefined && !purposes.some((purpose) => FOR_SERVERS.has(purpose))) {
    return fail(
      claim,
      "NET::ERR_CERT_INVALID: it is not for a server: its extended key usage lacks TLS server authentication.",
      "Install a certificate that was issued for a web site (TLS/SSL), not one for a client, for code or for mail.",
    );
  }
  if (verifyError !== undefined && !(DATE_ERRORS.has(verifyError) && isOutOfDate(evidence))) {
    return fail(
      claim,
      `NET::ERR_CERT_INVALID: OpenSSL refuses the chain: ${verifyError}.`,
      "Have the certificate reissued; the reason is in the certificates themselves.",
    );
  }
  return pass(claim, `Issued by "${subjectName(path.certificates[0]?.issuer ?? "")}".`);
}

/** Whether every certificate between the server's and the root is there, and in order. */
export function chainFinding(claim: Claim, { sent, path }: Evidence): Finding {
  const top = path.certificates.at(-1);
  if (top === undefined) return blocked(claim, "There is no certificate.");
  if (path.certificates.length === 1 && isSelfSigned(top)) {
    return skip(claim, "A self-signed certificate has no chain.");
  }
  if (path.end === "given-up") return blocked(claim, "No path to a trusted root was found in time.");
  if (path.end === "gap") {
    const where = issuerUrl(top);
    return fail(
      claim,
      `The intermediate certificate "${subjectName(top.issuer)}", which issued "${subjectName(top.subject)}", is not ` +
        "sent. Desktop browsers often fetch or remember it, so everything may look fine there; Mini Programs, Android " +
        "and curl refuse it.",
      "Install the full chain: the server's certificate first, then its intermediate (fullchain.pem, or the " +
        `_bundle.crt of the Nginx download in Tencent's SSL console).${where === undefined ? "" : ` Get the missing one from ${where}`}`,
    );
  }
  const order = sent.map(({ subject }) => `"${subjectName(subject)}"`).join(", ");
  if (!path.certificates.every((certificate, i) => certificate === sent[i])) {
    return warn(
      claim,
      `It is complete but not in order: ${order}. Older clients refuse that.`,
      `Put them in this order: ${path.certificates.map(({ subject }) => `"${subjectName(subject)}"`).join(", ")}.`,
    );
  }
  const extra = sent.slice(path.certificates.length);
  const strangers = extra.filter((certificate) => !isSelfSigned(certificate));
  if (strangers.length > 0) {
    return warn(
      claim,
      `Complete, with ${strangers.length} not needed: ${order}.`,
      "Leave out the certificates that are not part of the chain.",
    );
  }
  return pass(claim, `${order}${extra.length > 0 ? " (the root need not be sent)" : ""}.`);
}

/** Whether every certificate of the path is valid now, and for how long. */
export function dateFinding(claim: Claim, evidence: Evidence): Finding {
  const { path, now } = evidence;
  if (path.certificates.length === 0) return blocked(claim, "There is no certificate.");
  for (const [i, { validFrom, validTo, subject }] of path.certificates.entries()) {
    const which = i === 0 ? "it" : `the intermediate "${subjectName(subject)}"`;
    const unreadable = [validFrom, validTo].find((date) => Number.isNaN(Date.parse(date)));
    if (unreadable !== undefined) {
      return fail(
        claim,
        `NET::ERR_CERT_INVALID: ${which} has a date that cannot be read ("${unreadable}"), such as one in a thirteenth month.`,
        "Have the certificate reissued; clients refuse it.",
      );
    }
    if (Date.parse(validTo) < now) {
      return fail(
        claim,
        `NET::ERR_CERT_DATE_INVALID: ${which} expired on ${day(validTo)}, ${days((now - Date.parse(validTo)) / DAY_MS)} ago.`,
        "Renew the certificate and install it wherever the name is served (CDN and bucket are two places).",
      );
    }
    if (Date.parse(validFrom) > now) {
      return fail(
        claim,
        `NET::ERR_CERT_DATE_INVALID: ${which} is valid only from ${day(validFrom)}, in ${days((Date.parse(validFrom) - now) / DAY_MS)}.`,
        "Install the certificate that is valid today, or correct this machine's clock if it is wrong.",
      );
    }
  }
  const left = daysLeft(evidence) ?? 0;
  const end = `until ${day(firstToEnd(path.certificates))}, ${days(left)}`;
  if (left >= WARN_DAYS) return pass(claim, `It is valid ${end}.`);
  return warn(
    claim,
    `It is valid only ${end}.`,
    withCommand("Renew it now, and install it wherever the name is served.", evidence.commands?.bucket),
  );
}

/**
 * Whether the certificate covers the host.
 *
 * @param cname the CNAMEs that the host leads to, as far as known; they tell whose server answers
 */
export function nameFinding(
  claim: Claim,
  { sent: [leaf], commands }: Evidence,
  host: string,
  cname: readonly string[] = [],
): Finding {
  if (leaf === undefined) return blocked(claim, "There is no certificate.");
  const names = namesCovered(leaf);
  if (covers(leaf, host)) return pass(claim, `It covers ${listNames(names)}.`);
  const nearMiss = wildcardNearMiss(names, host);
  const onlyCommonName =
    names.length === 0
      ? `; its common name "${subjectName(leaf.subject)}" does not count, only a subject alternative name does`
      : "";
  const server = whoseServer([...cname, ...names]);
  const leads = cname.length > 0 ? `, and ${host} points to ${cname.at(-1)}` : "";
  return fail(
    claim,
    `NET::ERR_CERT_COMMON_NAME_INVALID: it does not cover ${host}. It covers ${listNames(names)}${onlyCommonName}` +
      `${nearMiss === undefined ? "" : `; ${nearMiss}`}.` +
      (server === undefined ? "" : ` This is the certificate of ${server.who}${leads}.`),
    server === undefined
      ? `Install a certificate for ${host} where the name points to: the CDN and the bucket each have their own.`
      : withCommand(server.install, server.place && commands?.[server.place]),
  );
}

function withCommand(fix: string, command: string | undefined): string {
  return command === undefined ? fix : `${fix} ${command}`;
}

function isOutOfDate({ path, now }: Evidence): boolean {
  return path.certificates.some(
    ({ validFrom, validTo }) => Date.parse(validTo) < now || Date.parse(validFrom) > now,
  );
}

function firstToEnd(certificates: readonly X509Certificate[]): number {
  return Math.min(...certificates.map(({ validTo }) => Date.parse(validTo)));
}

/** Where to download the issuer's certificate (RFC 5280, section 4.2.2.1). */
function issuerUrl({ infoAccess }: X509Certificate): string | undefined {
  return /CA Issuers - URI:(https?:\/\/[\x21-\x7e]+)/.exec(infoAccess ?? "")?.[1];
}

function day(date: string | number): string {
  return new Date(date).toISOString().slice(0, 10);
}

function days(count: number): string {
  const whole = Math.floor(count);
  return whole === 0 ? "less than a day" : `${whole} day${whole === 1 ? "" : "s"}`;
}
