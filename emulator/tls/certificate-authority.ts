import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { writePrivately } from "../write-privately.ts";
import { newKeyPair, newSerialNumber, privateKeyPem, x509 } from "./x509.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const LIFE_DAYS = 3650;
/** An authority this near its end is made anew, so that no server certificate outlives it. */
const RENEW_DAYS = 120;

/** The local certificate authority, which signs the emulator's own server certificates and no other. */
export interface CertificateAuthority {
  /** Where its certificate lies, for NODE_EXTRA_CA_CERTS, curl's `--cacert` or a browser's import. */
  readonly caFile: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/**
 * Opens the authority kept in `directory` (`ca.pem`, and `ca.key` with mode 0600), or makes it there when it is
 * missing, unreadable, or within 120 days of its end.
 */
export async function openCertificateAuthority(
  directory: string,
  clock: Clock,
): Promise<CertificateAuthority> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const caFile = join(directory, "ca.pem");
  const keyFile = join(directory, "ca.key");
  const kept = await readAuthority(caFile, keyFile, clock);
  if (kept !== undefined) return kept;
  const made = await makeAuthority(clock);
  await writePrivately(keyFile, made.privateKeyPem, 0o600);
  await writePrivately(caFile, made.certificatePem, 0o644);
  return { caFile, ...made };
}

async function readAuthority(
  caFile: string,
  keyFile: string,
  clock: Clock,
): Promise<CertificateAuthority | undefined> {
  try {
    const certificatePem = await readFile(caFile, "utf8");
    const privateKeyPem = await readFile(keyFile, "utf8");
    const certificate = new X509Certificate(certificatePem);
    const now = clock();
    const usable =
      certificate.ca &&
      certificate.checkPrivateKey(createPrivateKey(privateKeyPem)) &&
      Date.parse(certificate.validFrom) <= now &&
      now < Date.parse(certificate.validTo) - RENEW_DAYS * DAY_MS;
    return usable ? { caFile, certificatePem, privateKeyPem } : undefined;
  } catch {
    return undefined;
  }
}

async function makeAuthority(clock: Clock): Promise<Omit<CertificateAuthority, "caFile">> {
  const keys = await newKeyPair();
  const now = clock();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    // The serial number in the name keeps a new authority apart from an old one that a browser still trusts.
    name: `CN=cos-direct-upload emulator ${newSerialNumber().slice(0, 8)}`,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + LIFE_DAYS * DAY_MS),
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificatePem: `${certificate.toString("pem")}\n`,
    privateKeyPem: `${await privateKeyPem(keys.privateKey)}\n`,
  };
}
