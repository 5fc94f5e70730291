import {
  type Commands,
  chainFinding,
  dateFinding,
  daysLeft,
  type Evidence,
  nameFinding,
  trustFinding,
} from "./certificate-findings.ts";
import { type Endpoint, label } from "./endpoint.ts";
import { blocked, type Claim, type Finding, fail, pass, skip } from "./finding.ts";
import { type Handshake, HandshakeError, handshake } from "./handshake.ts";
import { covers } from "./names.ts";
import { findPath } from "./path.ts";
import type { TrustAnchors } from "./trust-anchors.ts";

export interface CheckOptions {
  readonly anchors: TrustAnchors;
  /** Milliseconds for each step on the network. */
  readonly timeoutMs: number;
  /** Unix time in milliseconds. */
  readonly now: number;
  /** The CNAMEs that a name leads to; called only to explain why a certificate does not cover the name. */
  readonly cnamesOf?: (host: string) => Promise<readonly string[]>;
  /** The caller's commands that install certificates, for the findings' fixes. */
  readonly commands?: Commands | undefined;
}

export interface CertificateReport {
  /** `connect`, then `certificate.trust`, `.chain`, `.date` and `.name`, each for this endpoint. */
  readonly findings: readonly Finding[];
  /** Whole days until the first certificate of the chain expires; undefined when none was seen. */
  readonly daysLeft: number | undefined;
  /** Undefined when the handshake failed. */
  readonly handshake: Handshake | undefined;
  /** Why the handshake failed: Node's or OpenSSL's code, or `TIMEOUT`. */
  readonly errorCode: string | undefined;
}

/**
 * Checks a server's certificate from outside. It never throws: a failure of the network, of the certificate or of the
 * checks themselves is a finding, so a caller who checks many servers learns about all of them.
 */
export async function checkCertificate(
  endpoint: Endpoint,
  options: CheckOptions,
): Promise<CertificateReport> {
  const claims = claimsOf(endpoint);
  try {
    const seen = await handshake(endpoint, {
      secureContext: options.anchors.context,
      timeoutMs: options.timeoutMs,
    });
    return await judge(endpoint, seen, options);
  } catch (error) {
    if (!(error instanceof HandshakeError)) return unforeseen(claims, error);
    const { connect, ...others } = claims;
    return {
      findings: [
        connectionFinding(connect, error),
        ...Object.values(others).map((claim) => skip(claim, "No certificate was seen.")),
      ],
      daysLeft: undefined,
      handshake: undefined,
      errorCode: error.code,
    };
  }
}

/** The report for a server whose certificate broke the checks. The error's text may quote the certificate. */
function unforeseen(claims: Readonly<Record<string, Claim>>, error: unknown): CertificateReport {
  const what = String(error).replaceAll(/\p{C}/gu, " ").slice(0, 200);
  return {
    findings: Object.values(claims).map((claim) =>
      blocked(
        claim,
        `What the server sends could not be examined (${what}).`,
        "See for yourself: openssl s_client -showcerts -connect HOST:PORT. Please also report this: a check should not break.",
      ),
    ),
    daysLeft: undefined,
    handshake: undefined,
    errorCode: undefined,
  };
}

/** Judges what a handshake showed. */
export async function judge(
  endpoint: Endpoint,
  seen: Handshake,
  options: Omit<CheckOptions, "timeoutMs">,
): Promise<CertificateReport> {
  const claims = claimsOf(endpoint);
  const { sent, verifyError } = seen;
  const { anchors, now, commands } = options;
  const evidence: Evidence = { sent, path: findPath(sent, anchors), now, verifyError, commands };
  const [leaf] = sent;
  const isCovered = leaf !== undefined && covers(leaf, endpoint.host);
  const cnames = isCovered ? [] : await options.cnamesOf?.(endpoint.host);
  return {
    findings: [
      pass(claims.connect, `${seen.protocol}.`),
      trustFinding(claims.trust, evidence),
      chainFinding(claims.chain, evidence),
      dateFinding(claims.date, evidence),
      nameFinding(claims.name, evidence, endpoint.host, cnames),
    ],
    daysLeft: daysLeft(evidence),
    handshake: seen,
    errorCode: undefined,
  };
}

function claimsOf(endpoint: Endpoint) {
  const at = label(endpoint);
  const claim = (id: string, title: string): Claim => ({ id: `${id}@${at}`, title: `${at}: ${title}` });
  return {
    connect: claim("connect", "HTTPS answers"),
    trust: claim("certificate.trust", "the certificate is trusted"),
    chain: claim("certificate.chain", "the chain is complete as sent"),
    date: claim("certificate.date", "the certificate is in date"),
    name: claim("certificate.name", "the certificate covers the name"),
  };
}

/** For each failure to connect: its name in a browser, what it means, and how to fix it. */
const CONNECTION_ERRORS: ReadonlyMap<string, readonly [name: string, cause: string, fix: string]> = new Map([
  [
    "ENOTFOUND",
    [
      "NET::ERR_NAME_NOT_RESOLVED",
      "DNS does not know this name",
      "Add the DNS record (a CNAME to the bucket, the CDN or the function), or correct the spelling.",
    ],
  ],
  [
    "ECONNREFUSED",
    [
      "NET::ERR_CONNECTION_REFUSED",
      "nothing listens on this port",
      "Start the server, open the port in the security group or firewall, or correct the port.",
    ],
  ],
  [
    "ECONNRESET",
    [
      "NET::ERR_CONNECTION_RESET",
      "the connection was cut before TLS was set up",
      "Check that the port speaks TLS and that HTTPS is switched on for this name. In mainland China a name without " +
        "an ICP filing is cut off like this too.",
    ],
  ],
  [
    "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
    [
      "NET::ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
      "the server refuses TLS 1.2 and later",
      "Switch on TLS 1.2 and TLS 1.3.",
    ],
  ],
  [
    "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
    [
      "NET::ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
      "the server and this client share no cipher, or the server has no certificate for this name",
      "Install a certificate for this name where it points to, and allow current ciphers.",
    ],
  ],
  [
    "ERR_SSL_TLSV1_UNRECOGNIZED_NAME",
    [
      "NET::ERR_SSL_UNRECOGNIZED_NAME_ALERT",
      "the server has no certificate for this name",
      "Install a certificate for this name where it points to: the CDN and the bucket each have their own.",
    ],
  ],
]);

/** Other codes of Node and OpenSSL for the same failures. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["EPIPE", "ECONNRESET"],
  ["ERR_SSL_UNSUPPORTED_PROTOCOL", "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"],
  ["ERR_SSL_NO_SHARED_CIPHER", "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE"],
]);

/** There was no answer at all: the cause may be the server or this machine's network. */
const UNKNOWN_ERRORS: ReadonlyMap<string, string> = new Map([
  ["TIMEOUT", "NET::ERR_CONNECTION_TIMED_OUT: no answer in time"],
  ["ETIMEDOUT", "NET::ERR_CONNECTION_TIMED_OUT: no answer in time"],
  ["EAI_AGAIN", "NET::ERR_NAME_NOT_RESOLVED: DNS cannot be reached from here"],
  ["ENETUNREACH", "NET::ERR_INTERNET_DISCONNECTED: there is no route to it from here"],
  ["EHOSTUNREACH", "NET::ERR_ADDRESS_UNREACHABLE: there is no route to it from here"],
]);

/** Whether TLS failed because the server speaks only versions before 1.2. */
export function refusesModernTls(code: string | undefined): boolean {
  return code !== undefined && (ALIASES.get(code) ?? code) === "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION";
}

/** Whether the answer was not TLS. */
function isNotTls(code: string | undefined): boolean {
  return /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|BAD_RECORD_TYPE)$/.test(
    code ?? "",
  );
}

function connectionFinding(claim: Claim, { code }: HandshakeError): Finding {
  const unknown = UNKNOWN_ERRORS.get(code);
  if (unknown !== undefined) {
    return blocked(
      claim,
      `${unknown}.`,
      "Check the host, the port and this machine's network, then try again.",
    );
  }
  const [name, cause, fix] = CONNECTION_ERRORS.get(ALIASES.get(code) ?? code) ?? [
    "NET::ERR_SSL_PROTOCOL_ERROR",
    isNotTls(code)
      ? `the answer is not TLS, most likely plain HTTP on this port (${code})`
      : `TLS fails (${code})`,
    "Switch on HTTPS for this port and install the certificate; plain HTTP belongs on port 80.",
  ];
  return fail(claim, `${name}: ${cause}.`, fix);
}
