import type { SecureVersion } from "node:tls";
import type { Endpoint } from "../../../packages/tls-check/src/index.ts";
import {
  blocked,
  type Claim,
  type Finding,
  fail,
  type Handshake,
  HandshakeError,
  handshake,
  pass,
  refusesModernTls,
  warn,
} from "../../../packages/tls-check/src/index.ts";

const MODERN: readonly SecureVersion[] = ["TLSv1.3", "TLSv1.2"];
const OLD: readonly SecureVersion[] = ["TLSv1.1", "TLSv1"];

/** Without this lower security level, OpenSSL does not try versions before 1.2. */
const OLD_CIPHERS = "DEFAULT@SECLEVEL=0";

/** Whether TLS 1.2 or 1.3 works. */
export async function modernTlsFinding(
  claim: Claim,
  endpoint: Endpoint,
  timeoutMs: number,
): Promise<Finding> {
  const outcomes = await attempts(endpoint, MODERN, timeoutMs);
  const working = outcomes.filter(({ error }) => error === undefined).map(({ version }) => version);
  if (working.length > 0)
    return pass(claim, `${working.join(" and ")} work${working.length > 1 ? "" : "s"}.`);
  const refused = outcomes.find(({ error }) => refusesModernTls(error));
  if (refused === undefined) return blocked(claim, `No handshake succeeded (${outcomes[0]?.error}).`);
  return fail(
    claim,
    "NET::ERR_SSL_VERSION_OR_CIPHER_MISMATCH: the server refuses TLS 1.2 and TLS 1.3, one of which Mini Programs need.",
    "Switch on TLS 1.2 and TLS 1.3 on the server, or in the CDN console's HTTPS configuration.",
  );
}

/** Whether TLS 1.0 and 1.1 are refused (RFC 8996 retires them). */
export async function oldTlsFinding(claim: Claim, endpoint: Endpoint, timeoutMs: number): Promise<Finding> {
  const outcomes = await attempts(endpoint, OLD, timeoutMs);
  const working = outcomes.filter(({ error }) => error === undefined).map(({ version }) => nameOf(version));
  if (working.length > 0) {
    return warn(
      claim,
      `${working.join(" and ")} ${working.length > 1 ? "are" : "is"} still accepted, though long broken (RFC 8996).`,
      "Allow only TLS 1.2 and 1.3, in the CDN console's HTTPS configuration or in your server's ssl_protocols. For COS's " +
        "own names it cannot be changed.",
    );
  }
  const unknown = outcomes.find(
    ({ error }) => error === "TIMEOUT" || error === "ERR_SSL_NO_PROTOCOLS_AVAILABLE",
  );
  if (unknown !== undefined) {
    return blocked(claim, `${nameOf(unknown.version)} could not be tried (${unknown.error}).`);
  }
  return pass(claim, "TLS 1.0 and 1.1 are refused.");
}

/**
 * A handshake with TLS 1.0 or 1.1, so that the certificate of an outdated server can still be judged; undefined when it
 * fails.
 */
export async function oldHandshake(endpoint: Endpoint, timeoutMs: number): Promise<Handshake | undefined> {
  try {
    return await handshake(endpoint, {
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: OLD_CIPHERS,
      ca: [],
      timeoutMs,
    });
  } catch (error) {
    if (error instanceof HandshakeError) return undefined;
    throw error;
  }
}

interface Outcome {
  readonly version: SecureVersion;
  /** Undefined when it worked. */
  readonly error: string | undefined;
}

function attempts(
  endpoint: Endpoint,
  versions: readonly SecureVersion[],
  timeoutMs: number,
): Promise<Outcome[]> {
  return Promise.all(
    versions.map(async (version): Promise<Outcome> => {
      try {
        const ciphers = OLD.includes(version) ? { ciphers: OLD_CIPHERS } : {};
        await handshake(endpoint, {
          minVersion: version,
          maxVersion: version,
          ...ciphers,
          ca: [],
          timeoutMs,
        });
        return { version, error: undefined };
      } catch (error) {
        if (error instanceof HandshakeError) return { version, error: error.code };
        throw error;
      }
    }),
  );
}

function nameOf(version: SecureVersion): string {
  return version === "TLSv1" ? "TLS 1.0" : version.replace("TLSv", "TLS ");
}
