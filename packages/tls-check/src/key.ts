import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { type Claim, type Finding, fail, pass, warn } from "./finding.ts";
import type { NamedFile } from "./read-certificates.ts";

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
    return fail(
      claim,
      "The second file is not a private key that OpenSSL can read.",
      "Export the key again, in PEM.",
    );
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
