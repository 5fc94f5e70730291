import type { X509Certificate } from "node:crypto";
import { isIssuedBy, isSelfSigned, type TrustAnchors } from "./trust-anchors.ts";

/** The path from a server's certificate towards a root, through the certificates that were sent. */
export interface CertificatePath {
  /** The server's own first, then each one's issuer. A trusted root is not included. */
  readonly certificates: readonly X509Certificate[];
  /**
   * Who issued the last of them: a trusted root (`anchor`), itself (`self-signed`, and not trusted), or an issuer whose
   * certificate was not sent and is not a trusted root (`gap`). `given-up`: there are so many possible paths that the
   * search ended before it found a root.
   */
  readonly end: "anchor" | "self-signed" | "gap" | "given-up";
}

/** Far more certificates than any chain has. */
const MAX_SENT = 10;

/**
 * The most signatures to check between the certificates that were sent. A chain needs one for each certificate, and one
 * more for each cross-signed one. The limit is there because the server chooses what it sends, and checking a signature
 * can take milliseconds.
 */
export const MAX_SIGNATURES = 30;

/**
 * Finds the path from the first certificate of `sent`. The order of the others does not matter (RFC 8446, section 4.4.2).
 * At every step a trusted root comes first, so a cross-signed root that was also sent does no harm. No certificate is
 * visited twice: if it leads to no root once, it never does.
 */
export function findPath(sent: readonly X509Certificate[], anchors: TrustAnchors): CertificatePath {
  const [leaf, ...others] = sent.slice(0, MAX_SENT);
  if (leaf === undefined) return { certificates: [], end: "gap" };
  const seen = new Set<X509Certificate>();
  let signatures = 0;
  let deadEnd: CertificatePath | undefined;

  /** Returns the path to a root. If there is none, it returns undefined and keeps the first dead end. */
  function extend(path: readonly X509Certificate[], last: X509Certificate): CertificatePath | undefined {
    seen.add(last);
    if (anchors.vouchFor(last)) {
      // If the server also sent the root, the root is the anchor itself.
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

/** Unix time in milliseconds; earlier than any other if the date cannot be read. */
function endOf({ validTo }: X509Certificate): number {
  const end = Date.parse(validTo);
  return Number.isNaN(end) ? Number.NEGATIVE_INFINITY : end;
}
