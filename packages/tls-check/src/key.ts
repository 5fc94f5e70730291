import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { containerFault, type FileFault, layoutFault } from "./file-faults.ts";
import { type Claim, type Finding, fail, pass, warn } from "./finding.ts";
import { type NamedFile, quoted } from "./read-certificates.ts";

/** Whether this file is the certificate's private key, in a form that servers and consoles accept. */
export function keyFinding(claim: Claim, certificate: X509Certificate, file: NamedFile): Finding {
  const text = file.content.toString("latin1");
  if (/-----BEGIN CERTIFICATE-----/.test(text) && !/PRIVATE KEY-----/.test(text)) {
    return fail(
      claim,
      "The second file holds a certificate, not a key.",
      "Name the certificate first and its key second.",
    );
  }
  if (/ENCRYPTED/.test(text)) {
    return fail(
      claim,
      "The key is encrypted with a passphrase, which neither COS nor the CDN can ask for.",
      "openssl pkey -in KEY -out plain-key.pem",
    );
  }
  const isPem = text.includes("-----BEGIN ");
  const key = isPem ? readKey(file.content) : readDerKey(file.content);
  if (key === undefined) {
    const { fault, fix } = keyFault(file);
    return fail(claim, `The second file is not a private key that OpenSSL can read. ${fault}`.trim(), fix);
  }
  if (!certificate.checkPrivateKey(key)) {
    return fail(
      claim,
      "The key belongs to another certificate.",
      "Find the key that the certificate request was made with, or have the certificate reissued for this one.",
    );
  }
  return isPem
    ? pass(claim)
    : warn(claim, "It matches, but is in DER.", "openssl pkey -inform der -in KEY -out key.pem");
}

/** Files that people take for the key, by the words after BEGIN, and how to get it. */
const NOT_KEYS: readonly (readonly [RegExp, string, (file: string) => string])[] = [
  [
    /BEGIN (?:NEW )?CERTIFICATE REQUEST/,
    "It is a certificate request (CSR).",
    () => "Name the key that was made together with the request; its file often ends in .key.",
  ],
  [
    /BEGIN (?:RSA )?PUBLIC KEY/,
    "It is a public key.",
    () => "Name the private key that it was made from; its file often ends in .key.",
  ],
  [
    /BEGIN OPENSSH PRIVATE KEY/,
    "It is in OpenSSH's form.",
    (file) => `ssh-keygen -p -m PEM -f ${file} writes it as PEM, in place.`,
  ],
];

function keyFault({ name, content }: NamedFile): FileFault {
  const file = quoted(name);
  const text = content.toString("latin1");
  const [, fault, fix] = NOT_KEYS.find(([form]) => form.test(text)) ?? [];
  if (fault !== undefined && fix !== undefined) return { fault, fix: fix(file) };
  // A PFX is a SEQUENCE (RFC 7292, section 4), and no key that OpenSSL could read.
  if (content[0] === 0x30) {
    return {
      fault: "It may be PKCS#12 (.pfx, .p12).",
      fix: `openssl pkcs12 -in ${file} -nocerts -nodes -out key.pem (with -legacy for old files)`,
    };
  }
  return (
    containerFault(content, file) ??
    layoutFault(text, file) ?? { fault: "", fix: "Export the key again, in PEM." }
  );
}

/** The private key in a PEM file, which may contain other text, or in a DER file, as PEM; undefined if there is none. */
export function keyPem(content: Buffer): string | undefined {
  const text = content.toString("utf8");
  const block = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+-----END [A-Z ]*PRIVATE KEY-----/.exec(text)?.[0];
  if (block !== undefined) return `${block}\n`;
  return readDerKey(content)?.export({ format: "pem", type: "pkcs8" }).toString();
}

/** Whether the certificate's key is strong enough for today (CA/Browser Forum Baseline Requirements, section 6.1.5). */
export function strengthFinding(claim: Claim, { publicKey }: X509Certificate): Finding {
  const { asymmetricKeyType: type = "unknown", asymmetricKeyDetails: details = {} } = publicKey;
  const fix = "Have the certificate issued for an RSA key of 2048 bits or more, or for an EC key on P-256.";
  if (type === "rsa") {
    const bits = details.modulusLength ?? 0;
    return bits >= 2048
      ? pass(claim, `RSA, ${bits} bits.`)
      : warn(claim, `RSA of ${bits} bits is weak.`, fix);
  }
  if (type === "ec") {
    const curve = CURVES.get(details.namedCurve ?? "");
    return curve === undefined
      ? warn(claim, `EC on ${details.namedCurve}, which phones may not support.`, fix)
      : pass(claim, `EC, ${curve}.`);
  }
  return warn(claim, `A key of type ${type}, which browsers and phones do not accept.`, fix);
}

const CURVES: ReadonlyMap<string, string> = new Map([
  ["prime256v1", "P-256"],
  ["secp384r1", "P-384"],
  ["secp521r1", "P-521"],
]);

function readKey(content: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey(content);
  } catch {
    return undefined;
  }
}

function readDerKey(content: Buffer): KeyObject | undefined {
  for (const type of ["pkcs8", "pkcs1", "sec1"] as const) {
    try {
      return createPrivateKey({ key: content, format: "der", type });
    } catch {}
  }
  return undefined;
}
