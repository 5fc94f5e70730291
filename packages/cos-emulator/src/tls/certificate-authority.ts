import { createPrivateKey, X509Certificate } from "node:crypto";
import { join } from "node:path";
import { AUTHORITY_NAME } from "../cloud/account.ts";
import type { Clock } from "../cloud/clock.ts";
import { closeToOthers, NotOwnError, openOwnFolder, readOwn } from "../cloud/own-files.ts";
import { isPrivateAddress } from "../cloud/private-address.ts";
import { writePrivately } from "../cloud/write-privately.ts";
import {
  hasNameConstraints,
  nameConstraints,
  permittedAddresses,
  permittedHosts,
} from "./name-constraints.ts";
import { isOwnHost, kindOf, serverNames, withAddresses } from "./names.ts";
import { type KeyPair, newKeyPair, newSerialNumber, privateKeyPem, readPrivateKeyPem, x509 } from "./x509.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const LIFE_DAYS = 365;
/** An authority this close to its end is replaced, so that no server certificate outlives it. */
const RENEW_DAYS = 120;

/**
 * The local certificate authority, which signs the emulator's own server certificates. It is limited to
 * {@link serverNames}, so no client accepts any other certificate from it, whoever has its key.
 */
export interface CertificateAuthority {
  /** The file of its certificate, for NODE_EXTRA_CA_CERTS, curl's `--cacert` or a browser's import. */
  readonly caFile: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/**
 * Opens the authority in `directory` (`ca.pem`, and `ca.key` with mode 0600). Creates one, valid for a year, when it is
 * missing, unreadable, within 120 days of its end, or not limited to the emulator's own names. One that lacks a name is
 * extended, as by {@link extendCertificateAuthority}.
 *
 * @param names from {@link serverNames}
 * @param log called when one is replaced, since clients must then trust the new one
 * @throws {NotOwnError} when the folder or one of the two files belongs to another user
 */
export async function openCertificateAuthority(
  directory: string,
  clock: Clock,
  log: (line: string) => void = () => undefined,
  names: readonly string[] = serverNames(),
): Promise<CertificateAuthority> {
  await openOwnFolder(directory);
  const caFile = join(directory, "ca.pem");
  const keyFile = join(directory, "ca.key");
  const certificatePem = await readText(caFile);
  const keyPem = await readText(keyFile);
  const flaw = flawOf(certificatePem, keyPem, clock());
  if (flaw === undefined) {
    await closeToOthers(keyFile);
    return extendCertificateAuthority({ caFile, certificatePem, privateKeyPem: keyPem }, clock, log, names);
  }
  const keys = await newKeyPair();
  // The number in the name distinguishes a new authority from an old one that a browser still trusts.
  const subject = `CN=${AUTHORITY_NAME} ${newSerialNumber().slice(0, 8)}`;
  const made = {
    certificatePem: await certificateOf(keys, subject, clock, names),
    privateKeyPem: `${await privateKeyPem(keys.privateKey)}\n`,
  };
  await writePrivately(keyFile, made.privateKeyPem, 0o600);
  await writePrivately(caFile, made.certificatePem, 0o644);
  if (certificatePem !== "") {
    log(
      `The local certificate authority ${caFile} ${flaw} and was replaced. Clients that trusted the old one must ` +
        "trust the new one; remove the old one from them.",
    );
  }
  return { caFile, ...made };
}

/**
 * Adds these names to those that the authority has, so that two starts with different buckets can share it. If one is
 * missing, writes a new certificate for the same key: clients that trust the previous one still accept the names that
 * it covers, and need the new one only for the new names.
 *
 * @param names as for {@link openCertificateAuthority}
 * @param log called for a new certificate
 */
export async function extendCertificateAuthority(
  authority: CertificateAuthority,
  clock: Clock,
  log: (line: string) => void,
  names: readonly string[],
): Promise<CertificateAuthority> {
  const before = [
    ...permittedHosts(authority.certificatePem),
    ...permittedAddresses(authority.certificatePem),
  ];
  const added = names.filter((name) => name !== "::1" && !before.includes(name));
  if (added.length === 0) return authority;
  const { subject, publicKey } = new x509.X509Certificate(authority.certificatePem);
  const keys = {
    privateKey: await readPrivateKeyPem(authority.privateKeyPem),
    publicKey: await publicKey.export(),
  };
  const certificatePem = await certificateOf(keys, subject, clock, [...before, ...added]);
  await writePrivately(authority.caFile, certificatePem, 0o644);
  log(
    `The local certificate authority ${authority.caFile} has a new certificate, which also covers ${added.join(", ")}. ` +
      "Clients that trust the previous one need it for these names.",
  );
  return { ...authority, certificatePem };
}

/** "" when there is no readable file. @throws {NotOwnError} */
async function readText(file: string): Promise<string> {
  try {
    return (await readOwn(file)) ?? "";
  } catch (error) {
    if (error instanceof NotOwnError) throw error;
    return "";
  }
}

/** Why an authority can no longer be used; undefined when it can. */
function flawOf(certificatePem: string, privateKeyPem: string, now: number): string | undefined {
  try {
    const certificate = new X509Certificate(certificatePem);
    if (!certificate.ca || !certificate.checkPrivateKey(createPrivateKey(privateKeyPem))) {
      return "does not match its key";
    }
    if (now < Date.parse(certificate.validFrom)) return "is not valid yet";
    if (now >= Date.parse(certificate.validTo) - RENEW_DAYS * DAY_MS) return "was near its end";
    const hosts = permittedHosts(certificatePem);
    const addresses = permittedAddresses(certificatePem);
    if (
      !hosts.every(isOwnHost) ||
      !addresses.every(isPrivateAddress) ||
      !hasNameConstraints(certificatePem, withAddresses(hosts, addresses))
    ) {
      return "was not limited to the emulator's own hosts";
    }
    return undefined;
  } catch {
    return "could not be read";
  }
}

/** The self-signed certificate, as PEM, of an authority that is limited to these names. */
async function certificateOf(
  keys: KeyPair,
  subject: string,
  clock: Clock,
  names: readonly string[],
): Promise<string> {
  const now = clock();
  const ofKind = (kind: "dns" | "ip") => names.filter((name) => kindOf(name) === kind);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    name: subject,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + LIFE_DAYS * DAY_MS),
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      nameConstraints(withAddresses(ofKind("dns"), ofKind("ip"))),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}
