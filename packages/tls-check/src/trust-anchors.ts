import { X509Certificate } from "node:crypto";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";

/** The root certificates that are trusted. */
export interface TrustAnchors {
  /** Whether a trusted root is, or has issued, this certificate. */
  vouchFor(certificate: X509Certificate): boolean;
  /** A TLS context that trusts exactly these, for TLS 1.2 and later. */
  readonly context: SecureContext;
  readonly pem: readonly string[];
}

/** The Mozilla roots that are part of Node, and these PEM certificates (see {@link rootsOf}). */
export function trustAnchors(extra: readonly string[] = []): TrustAnchors {
  let own: Roots | undefined;
  const ownRoots = () => {
    own ??= bySubject(extra);
    return own;
  };
  return {
    pem: [...rootCertificates, ...extra],
    vouchFor: (certificate) => isVouchedFor(certificate, ownRoots()) || isVouchedFor(certificate, mozillas()),
    get context() {
      return contextWith(extra);
    },
  };
}

/** By the extra roots, the most recently used last. */
const contexts = new Map<string, SecureContext>();
const MAX_CONTEXTS = 4;

/**
 * Contexts are kept for the next call with the same roots: OpenSSL reads the roots again for each context, which takes
 * longer than a handshake.
 */
function contextWith(extra: readonly string[]): SecureContext {
  const key = extra.join("\n");
  const context =
    contexts.get(key) ?? createSecureContext({ ca: [...rootCertificates, ...extra], minVersion: "TLSv1.2" });
  contexts.delete(key);
  contexts.set(key, context);
  const [oldest] = contexts.keys();
  if (contexts.size > MAX_CONTEXTS && oldest !== undefined) contexts.delete(oldest);
  return context;
}

type Roots = ReadonlyMap<string, readonly X509Certificate[]>;

let read: Roots | undefined;

/** Mozilla's roots, read when they are first needed: there are many, and reading them takes longer than a handshake. */
function mozillas(): Roots {
  read ??= bySubject(rootCertificates);
  return read;
}

function bySubject(pem: readonly string[]): Roots {
  const found = new Map<string, X509Certificate[]>();
  for (const certificate of pem.map((text) => new X509Certificate(text))) {
    const { subject } = certificate;
    found.set(subject, [...(found.get(subject) ?? []), certificate]);
  }
  return found;
}

function isVouchedFor(certificate: X509Certificate, roots: Roots): boolean {
  return (roots.get(certificate.issuer) ?? []).some(
    (anchor) => anchor.raw.equals(certificate.raw) || isIssuedBy(certificate, anchor),
  );
}

/**
 * The self-signed certificates in a PEM text, each as PEM. Intermediates are left out: trusting one would hide that a
 * server does not send it. Certificates that cannot be read are left out too.
 */
export function rootsOf(text: string): string[] {
  return splitPem(text).filter((pem) => {
    try {
      return isSelfSigned(new X509Certificate(pem));
    } catch {
      return false;
    }
  });
}

/** The certificates of a PEM text, each with its BEGIN and END lines. */
export function splitPem(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

/** Whether its own key signed it. (Its key usage need not allow signing certificates.) */
export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && isSignedBy(certificate, certificate);
}

/** Whether `issuer` signed `certificate`, by name, key identifier and signature. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && isSignedBy(certificate, issuer);
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false; // A key of a kind that OpenSSL does not know.
  }
}
