import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { type ConnectionOptions, connect } from "node:tls";
import type { Endpoint } from "./endpoint.ts";

/** What a server sent in a handshake. */
export interface Handshake {
  /** The certificates in the order in which the server sent them; none is added from elsewhere. */
  readonly sent: readonly X509Certificate[];
  /** Such as `TLSv1.3`. */
  readonly protocol: string;
  /** The protocol that ALPN selected, such as `h2`; undefined when the server does not support ALPN. */
  readonly alpn: string | undefined;
  /** OpenSSL's reason not to trust the chain, such as CERT_HAS_EXPIRED; undefined if it trusts it. Names are not checked. */
  readonly verifyError: string | undefined;
}

/** The handshake failed. */
export class HandshakeError extends Error {
  override readonly name = "HandshakeError";
  /** Node's or OpenSSL's code, or `TIMEOUT`. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface HandshakeOptions
  extends Pick<ConnectionOptions, "secureContext" | "minVersion" | "maxVersion" | "ciphers" | "ca"> {
  /** Milliseconds for everything, including connecting. */
  readonly timeoutMs: number;
}

/**
 * Connects, reads the certificates and disconnects. It also connects to servers with bad certificates, since those are
 * what a check looks for.
 *
 * @throws HandshakeError
 */
export function handshake(endpoint: Endpoint, { timeoutMs, ...tls }: HandshakeOptions): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...tls,
      host: endpoint.address ?? endpoint.host,
      port: endpoint.addressPort ?? endpoint.port,
      // A server name may not be an address (RFC 6066, section 3).
      servername: isIP(endpoint.host) === 0 ? endpoint.host : "",
      ALPNProtocols: ["h2", "http/1.1"],
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    const timer = setTimeout(
      () => socket.destroy(new HandshakeError("TIMEOUT", "No answer in time.")),
      timeoutMs,
    );
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      try {
        resolve({
          sent: certificatesOf(socket.getPeerX509Certificate()),
          protocol: socket.getProtocol() ?? "unknown",
          alpn: socket.alpnProtocol || undefined,
          verifyError: socket.authorized ? undefined : verifyCode(socket.authorizationError),
        });
      } catch (error) {
        // If a listener throws, the process ends.
        reject(new HandshakeError("UNREADABLE_CERTIFICATE", String(error)));
      }
      socket.destroy();
    });
    socket.on("error", (error: Error & { code?: string }) => {
      clearTimeout(timer);
      reject(
        error instanceof HandshakeError
          ? error
          : new HandshakeError(error.code ?? "UNKNOWN", error.message.split("\n")[0] ?? ""),
      );
    });
  });
}

/**
 * `getPeerX509Certificate` links the certificates in the order in which they were sent. (`getPeerCertificate(true)` leaves
 * out those that do not fit, and completes the chain from trusted ones.) It can be called only once.
 */
function certificatesOf(first: X509Certificate | undefined): X509Certificate[] {
  const list: X509Certificate[] = [];
  for (let next = first; next !== undefined && !list.includes(next); next = next.issuerCertificate) {
    list.push(next);
  }
  return list;
}

/** Its type says Error, but it is OpenSSL's code as a string, or an Error with a code. */
function verifyCode(error: unknown): string {
  if (typeof error === "string") return error;
  return error instanceof Error && "code" in error ? String(error.code) : "UNKNOWN";
}
