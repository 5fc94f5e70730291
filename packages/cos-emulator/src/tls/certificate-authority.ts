import { createPrivateKey, X509Certificate } from "node:crypto";
import { join } from "node:path";
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
import { newKeyPair, newSerialNumber, privateKeyPem, x509 } from "./x509.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const LIFE_DAYS = 365;
/** An authority this near its end is made anew, so that no server certificate outlives it. */
const RENEW_DAYS = 120;

/**
 * The local certificate authority, which signs the emulator's own server certificates. No client takes another of it,
 * whoever has its key: it is limited to {@link serverNames}.
 */
export interface CertificateAuthority {
  /** Where its certificate lies, for NODE_EXTRA_CA_CERTS, curl's `--cacert` or a browser's import. */
  readonly caFile: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/**
 * Opens the authority kept in `directory` (`ca.pem`, and `ca.key` with mode 0600), or makes it there, good for a year,
 * when it is missing, unreadable, within 120 days of its end, not limited to names of the emulator's own, or without one
 * of those that it is to have. The names that it had stay, so that two starts with different buckets do not take it from
 * each other.
 *
 * @param names of {@link serverNames}
 * @param log is told when one is made in another's place, since clients must trust the new one then
 * @throws {NotOwnError} when the folder or one of the two is another user's
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
  const privateKeyPem = await readText(keyFile);
  const flaw = flawOf(certificatePem, privateKeyPem, clock(), names);
  if (flaw === undefined) {
    await closeToOthers(keyFile);
    return { caFile, certificatePem, privateKeyPem };
  }
  const kept =
    flaw === LACKS_A_NAME ? [...permittedHosts(certificatePem), ...permittedAddresses(certificatePem)] : [];
  const all = [...names, ...kept];
  const ofKind = (kind: "dns" | "ip") => all.filter((name) => kindOf(name) === kind);
  const made = await makeAuthority(clock, withAddresses(ofKind("dns"), ofKind("ip")));
  await writePrivately(keyFile, made.privateKeyPem, 0o600);
  await writePrivately(caFile, made.certificatePem, 0o644);
  if (certificatePem !== "") {
    log(
      `The local certificate authority ${caFile} ${flaw} and was made anew. Clients that trusted the old one must ` +
        "trust the new one; take the old one out of them.",
    );
  }
  return { caFile, ...made };
}

/** "" when there is none to read. @throws {NotOwnError} */
async function readText(file: string): Promise<string> {
  try {
    return (await readOwn(file)) ?? "";
  } catch (error) {
    if (error instanceof NotOwnError) throw error;
    return "";
  }
}

const LACKS_A_NAME = "lacks a name or an address that it is to be for";

/** Why an authority can no longer be used; undefined when it can. */
function flawOf(
  certificatePem: string,
  privateKeyPem: string,
  now: number,
  names: readonly string[],
): string | undefined {
  try {
    const certificate = new X509Certificate(certificatePem);
    if (!certificate.ca || !certificate.checkPrivateKey(createPrivateKey(privateKeyPem))) {
      return "does not go with its key";
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
    const hasAll = names.every((name) => name === "::1" || hosts.includes(name) || addresses.includes(name));
    return hasAll ? undefined : LACKS_A_NAME;
  } catch {
    return "could not be read";
  }
}

async function makeAuthority(
  clock: Clock,
  names: readonly string[],
): Promise<Omit<CertificateAuthority, "caFile">> {
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
      nameConstraints(names),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificatePem: `${certificate.toString("pem")}\n`,
    privateKeyPem: `${await privateKeyPem(keys.privateKey)}\n`,
  };
}
