import type { X509Certificate } from "node:crypto";
import { isIssuedBy, isSelfSigned, type TrustAnchors } from "./trust-anchors.ts";

/** The way from a server's certificate to a root, made of nothing but what was sent and what is trusted. */
export interface CertificatePath {
  /** The server's own first, then each one's issuer. A trusted root is not part of it. */
  readonly certificates: readonly X509Certificate[];
  /**
   * What the last of them was issued by: a trusted root (`anchor`), itself (`self-signed`, and not trusted), or
   * somebody whose certificate was neither sent nor is a trusted root (`gap`).
   */
  readonly end: "anchor" | "self-signed" | "gap";
}

/** Far more than any chain has; bounds the search through what a server sends. */
const MAX_SENT = 10;

/**
 * Finds the path from the first of `sent`. Their order does not matter here (RFC 8446, section 4.4.2), and a
 * trusted root is preferred at every step, so that a cross-signed root that was also sent does no harm.
 */
export function findPath(sent: readonly X509Certificate[], anchors: TrustAnchors): CertificatePath {
  const [leaf, ...others] = sent.slice(0, MAX_SENT);
  return leaf === undefined ? { certificates: [], end: "gap" } : extend([leaf], leaf, others, anchors);
}

function extend(
  path: readonly X509Certificate[],
  last: X509Certificate,
  others: readonly X509Certificate[],
  anchors: TrustAnchors,
): CertificatePath {
  if (anchors.vouchFor(last)) {
    // A root that was sent besides what it issued is the anchor itself.
    const isAnchor = path.length > 1 && isSelfSigned(last);
    return { certificates: isAnchor ? path.slice(0, -1) : path, end: "anchor" };
  }
  if (isSelfSigned(last)) return { certificates: path, end: "self-signed" };
  const issuers = others
    .filter((other) => isIssuedBy(last, other))
    .sort((a, b) => Date.parse(b.validTo) - Date.parse(a.validTo));
  const continuations = issuers.map((issuer) =>
    extend(
      [...path, issuer],
      issuer,
      others.filter((other) => other !== issuer),
      anchors,
    ),
  );
  const best = continuations.find(({ end }) => end === "anchor") ?? continuations[0];
  return best ?? { certificates: path, end: "gap" };
}
