import type { Clock } from "../cloud/clock.ts";
import type { CertificateAuthority } from "./certificate-authority.ts";
import { kindOf } from "./names.ts";
import { newKeyPair, newSerialNumber, privateKeyPem, readPrivateKeyPem, x509 } from "./x509.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const LIFE_DAYS = 90;

/** What a TLS server needs. */
export interface ServerCertificate {
  /** PEM, PKCS #8. */
  readonly key: string;
  /** PEM: the server's certificate, then the authority's, so that clients receive the whole chain. */
  readonly cert: string;
}

/**
 * Issues a server certificate for `names` (host names, a leading `*.` allowed, and IP addresses), valid for 90 days.
 *
 * It is issued at every start, and its key is never written to disk. It has what OpenSSL's and Chromium's strict checks
 * require: only subject alternative names, a critical basicConstraints, keyUsage, serverAuth, and both key
 * identifiers (RFC 5280 §4.2.1, CA/Browser Forum Baseline Requirements §7.1.2.7).
 */
export async function issueServerCertificate(
  authority: CertificateAuthority,
  names: readonly string[],
  clock: Clock,
): Promise<ServerCertificate> {
  const issuer = new x509.X509Certificate(authority.certificatePem);
  const keys = await newKeyPair();
  const now = clock();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: "CN=cos-direct-upload emulator",
    issuer: issuer.subject,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + LIFE_DAYS * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: await readPrivateKeyPem(authority.privateKeyPem),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((name) => ({ type: kindOf(name), value: name }))),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return {
    key: await privateKeyPem(keys.privateKey),
    cert: `${certificate.toString("pem")}\n${authority.certificatePem}`,
  };
}
