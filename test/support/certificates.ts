import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import {
  newKeyPair,
  newSerialNumber,
  privateKeyPem,
  x509,
} from "../../packages/cos-emulator/src/tls/x509.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A certificate with its key, which can issue others. */
export interface Issued {
  readonly pem: string;
  readonly keyPem: string;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly subject: string;
}

interface Options {
  readonly name?: string;
  /** Self-signed if missing. */
  readonly issuer?: Issued;
  /** DNS names and IP addresses. */
  readonly names?: readonly string[];
  readonly isAuthority?: boolean;
  /** Days from now. */
  readonly fromDays?: number;
  readonly toDays?: number;
  /** Where the certificate says that its issuer's can be found. */
  readonly issuerUrl?: string;
  /** Another certificate's keys, to get a second certificate for the same key; new keys if missing. */
  readonly keys?: webcrypto.CryptoKeyPair;
  /** The object identifiers of its extended key usage; without that extension if missing. */
  readonly purposes?: readonly string[];
  /** RSA of this many bits instead of ECDSA. */
  readonly rsaBits?: number;
}

/** Makes a certificate as a test needs it, faults included. */
export async function issue(options: Options = {}): Promise<Issued> {
  const { name = "test", issuer, names = [], isAuthority = false, fromDays = -1, toDays = 90 } = options;
  const keys =
    options.keys ?? (await (options.rsaBits === undefined ? newKeyPair() : newRsaKeyPair(options.rsaBits)));
  const now = Date.now();
  const subject = `CN=${name}`;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject,
    issuer: issuer?.subject ?? subject,
    notBefore: new Date(now + fromDays * DAY_MS),
    notAfter: new Date(now + toDays * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: issuer?.keys.privateKey ?? keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(isAuthority, undefined, true),
      ...(names.length === 0
        ? []
        : [
            new x509.SubjectAlternativeNameExtension(
              names.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value })),
            ),
          ]),
      ...(options.purposes === undefined ? [] : [new x509.ExtendedKeyUsageExtension([...options.purposes])]),
      ...(options.issuerUrl === undefined
        ? []
        : [new x509.AuthorityInfoAccessExtension({ caIssuers: options.issuerUrl })]),
    ],
  });
  return {
    pem: `${certificate.toString("pem")}\n`,
    keyPem: await privateKeyPem(keys.privateKey),
    keys,
    subject,
  };
}

/** The certificate with the month of its expiry changed to the thirteenth. Its signature is no longer valid. */
export function endingInMonth13(pem: string): string {
  const der = Buffer.from(x509.PemConverter.decodeFirst(pem));
  // Its two UTCTimes follow each other: tag, length, YYMMDDHHMMSSZ (RFC 5280, section 4.1.2.5.1).
  const [, second] = [...der.toString("latin1").matchAll(/\p{Cc}{2}\d{12}Z/gu)];
  if (second === undefined) throw new Error("The certificate has no two UTCTimes.");
  der.write("13", second.index + 4, "latin1");
  return `${x509.PemConverter.encode(der, "CERTIFICATE")}\n`;
}

/** A root, an intermediate below it, and a way to get server certificates from the intermediate. */
export async function testAuthority(issuerUrl?: string, name = "Test") {
  const root = await issue({ name: `${name} Root`, isAuthority: true, toDays: 900 });
  const intermediate = await issue({
    name: `${name} Intermediate`,
    issuer: root,
    isAuthority: true,
    toDays: 800,
  });
  return {
    root,
    intermediate,
    server: (options: Options) =>
      issue({
        name: "test server",
        issuer: intermediate,
        ...(issuerUrl !== undefined && { issuerUrl }),
        ...options,
      }),
  };
}

function newRsaKeyPair(modulusLength: number): Promise<webcrypto.CryptoKeyPair> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  };
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}
