import type { X509Certificate } from "node:crypto";

/** A chain in the order in which a server sends it, without the root. */
export interface Chain {
  readonly certificates: readonly X509Certificate[];
  /** The given certificates that are not part of it, except roots. */
  readonly strangers: readonly X509Certificate[];
}

/** Orders certificates: the server's first, then each one's issuer, as far as it is there. */
export function chainOf(certificates: readonly X509Certificate[]): Chain {
  const server = certificates.find(({ ca }) => !ca) ?? certificates[0];
  const chain: X509Certificate[] = [];
  for (let next = server; next !== undefined && !chain.includes(next); ) {
    chain.push(next);
    const last = next;
    next = certificates.find((other) => other !== last && !isRoot(other) && isIssuer(other, last));
  }
  const isPart = (one: X509Certificate) =>
    chain.some(({ fingerprint256 }) => fingerprint256 === one.fingerprint256);
  return {
    certificates: chain,
    strangers: certificates.filter((one) => !isPart(one) && !isRoot(one)),
  };
}

function isIssuer(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false; // A key of a kind that OpenSSL does not know.
  }
}

/** Whether it is a root. Servers do not send roots: whoever trusts one has it. */
function isRoot(certificate: X509Certificate): boolean {
  return certificate.ca && certificate.subject === certificate.issuer;
}
