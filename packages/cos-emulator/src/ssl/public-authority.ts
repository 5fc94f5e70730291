import { nameConstraints } from "../tls/name-constraints.ts";
import { type KeyPair, newKeyPair, newSerialNumber, privateKeyPem, x509 } from "../tls/x509.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The lifetime of a free certificate, in days (the only value of ApplyCertificate's ValidityPeriod is 3 months). */
const CERTIFICATE_DAYS = 90;

/** A certificate with its chain, and its key, both as PEM. */
export interface IssuedCertificate {
  readonly publicKey: string;
  readonly privateKey: string;
}

/**
 * Stands in for the public authority that issues the account's free certificates: a root and an intermediate below it.
 * Their keys are never written to disk, and work only for names that nobody owns (RFC 2606) and the given domains.
 */
export interface PublicAuthority {
  /** The root's certificate, which clients must be told to trust. */
  readonly rootPem: string;
  issue(name: string, now: number): Promise<IssuedCertificate>;
}

/** Names that are reserved for tests (RFC 2606 and RFC 6761). */
const RESERVED = ["test", "example", "invalid", "example.com", "example.net", "example.org"];

export async function openPublicAuthority(domains: readonly string[]): Promise<PublicAuthority> {
  const now = Date.now();
  const root = await newAuthority("Emulated Public Root", now, undefined, [...RESERVED, ...domains]);
  const intermediate = await newAuthority("Emulated TrustAsia DV CA", now, root);
  return {
    rootPem: root.pem,
    issue: async (name, from) => {
      const keys = await newKeyPair();
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: newSerialNumber(),
        subject: `CN=${name}`,
        issuer: intermediate.certificate.subject,
        // Clients check it against the machine's clock, even when the emulated cloud's was moved forward.
        notBefore: new Date(Math.min(from, now) - DAY_MS),
        notAfter: new Date(from + CERTIFICATE_DAYS * DAY_MS),
        publicKey: keys.publicKey,
        signingKey: intermediate.keys.privateKey,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
          await x509.AuthorityKeyIdentifierExtension.create(intermediate.keys.publicKey),
        ],
      });
      return {
        publicKey: `${certificate.toString("pem")}\n${intermediate.pem}`,
        privateKey: `${await privateKeyPem(keys.privateKey)}\n`,
      };
    },
  };
}

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly keys: KeyPair;
  readonly pem: string;
}

async function newAuthority(
  name: string,
  now: number,
  issuer: Authority | undefined,
  limits: readonly string[] = [],
): Promise<Authority> {
  const keys = await newKeyPair();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: `CN=${name}`,
    issuer: issuer?.certificate.subject ?? `CN=${name}`,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + 3650 * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      ...(limits.length > 0 ? [nameConstraints(limits)] : []),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(issuer === undefined
        ? []
        : [await x509.AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey)]),
    ],
  });
  return { certificate, keys, pem: `${certificate.toString("pem")}\n` };
}
