import type { X509Certificate } from "node:crypto";
import { isIssuedBy, isSelfSigned, type TrustAnchors } from "./trust-anchors.ts";

/** The way from a server's certificate to a root, made of nothing but what was sent and what is trusted. */
export interface CertificatePath {
  /** The server's own first, then each one's issuer. A trusted root is not part of it. */
  readonly certificates: readonly X509Certificate[];
  /**
   * What the last of them was issued by: a trusted root (`anchor`), itself (`self-signed`, and not trusted), or
   * somebody whose certificate was neither sent nor is a trusted root (`gap`). `given-up`: there are so many ways that
   * the search ended before it found a root.
   */
  readonly end: "anchor" | "self-signed" | "gap" | "given-up";
}

/** Far more than any chain has. */
const MAX_SENT = 10;

/**
 * The most signatures that are checked between the certificates that were sent. A chain needs one for each, and one
 * more for each cross-signed certificate; what a server sends is the server's to choose, and a check can take
 * milliseconds.
 */
export const MAX_SIGNATURES = 30;

/**
 * Finds the path from the first of `sent`. Their order does not matter here (RFC 8446, section 4.4.2), and a
 * trusted root is preferred at every step, so that a cross-signed root that was also sent does no harm. No certificate
 * is gone through twice: what led to no root leads to none by another way either.
 */
export function findPath(sent: readonly X509Certificate[], anchors: TrustAnchors): CertificatePath {
  const [leaf, ...others] = sent.slice(0, MAX_SENT);
  if (leaf === undefined) return { certificates: [], end: "gap" };
  const seen = new Set<X509Certificate>();
  let signatures = 0;
  let deadEnd: CertificatePath | undefined;

  /** The path to a root, if there is one; else the first dead end is kept. */
  function extend(path: readonly X509Certificate[], last: X509Certificate): CertificatePath | undefined {
    seen.add(last);
    if (anchors.vouchFor(last)) {
      // A root that was sent besides what it issued is the anchor itself.
      const isAnchor = path.length > 1 && isSelfSigned(last);
      return { certificates: isAnchor ? path.slice(0, -1) : path, end: "anchor" };
    }
    if (isSelfSigned(last)) {
      deadEnd ??= { certificates: path, end: "self-signed" };
      return undefined;
    }
    const named = others.filter((other) => last.checkIssued(other)).sort((a, b) => endOf(b) - endOf(a));
    for (const issuer of named) {
      if (seen.has(issuer)) continue;
      if (signatures === MAX_SIGNATURES) return undefined;
      signatures += 1;
      const found = isIssuedBy(last, issuer) ? extend([...path, issuer], issuer) : undefined;
      if (found !== undefined) return found;
    }
    deadEnd ??= { certificates: path, end: "gap" };
    return undefined;
  }

  const found = extend([leaf], leaf);
  if (found !== undefined) return found;
  const certificates = deadEnd?.certificates ?? [leaf];
  return { certificates, end: signatures === MAX_SIGNATURES ? "given-up" : (deadEnd?.end ?? "gap") };
}

/** Unix time in milliseconds; for a date that cannot be read, before every other. */
function endOf({ validTo }: X509Certificate): number {
  const end = Date.parse(validTo);
  return Number.isNaN(end) ? Number.NEGATIVE_INFINITY : end;
}
