import { createPrivateKey, X509Certificate } from "node:crypto";
import forge from "node-forge";
import { keyPem, splitPem } from "../../../packages/tls-check/src/index.ts";

/** What a file contains: certificates in no particular order, and a key in PEM. */
export interface Contents {
  readonly form: "PEM" | "DER" | "PKCS#7" | "PKCS#12";
  readonly certificates: readonly X509Certificate[];
  /** PKCS #8, or as it is in the file. */
  readonly privateKey: string | undefined;
}

/** A PKCS#12 file needs a password, or a different one. */
export class PasswordError extends Error {
  override readonly name = "PasswordError";
}

/** The file contains nothing that can be converted. */
export class FormatError extends Error {
  override readonly name = "FormatError";
}

const DER_SEQUENCE = 0x30;

/** Whether `--convert` can convert a file to PEM. */
export function isConvertible(content: Buffer): boolean {
  return content[0] === DER_SEQUENCE || /-----BEGIN (PKCS7|CMS)-----/.test(content.toString("latin1"));
}

/**
 * Reads certificates, and a key if there is one, from PEM, DER, PKCS#7 or PKCS#12.
 *
 * @param password of a PKCS#12 file; undefined when nobody gave one
 * @throws PasswordError, FormatError
 */
export function readContents(content: Buffer, password: string | undefined): Contents {
  const text = content.toString("latin1");
  if (text.includes("-----BEGIN CERTIFICATE-----")) {
    const privateKey = /PRIVATE KEY-----/.test(text) ? keyPem(content) : undefined;
    return { form: "PEM", certificates: splitPem(text).map(readCertificate), privateKey };
  }
  const [, body] = /-----BEGIN (?:PKCS7|CMS)-----([^-]+)-----END/.exec(text) ?? [];
  if (body !== undefined) return readPkcs7(Buffer.from(body, "base64"));
  if (content[0] !== DER_SEQUENCE) throw new FormatError("It is not PEM, DER, PKCS#7 or PKCS#12.");
  try {
    return { form: "DER", certificates: [new X509Certificate(content)], privateKey: undefined };
  } catch {}
  const asn1 = parse(content);
  if (isPkcs12(asn1)) return readPkcs12(asn1, password);
  return readPkcs7(content);
}

function parse(content: Buffer): forge.asn1.Asn1 {
  try {
    return forge.asn1.fromDer(content.toString("latin1"));
  } catch {
    throw new FormatError("It is binary, and damaged or of an unknown kind.");
  }
}

function items({ value }: forge.asn1.Asn1): readonly forge.asn1.Asn1[] {
  return Array.isArray(value) ? value : [];
}

/** PFX ::= SEQUENCE { version INTEGER, … } (RFC 7292, section 4). */
function isPkcs12(asn1: forge.asn1.Asn1): boolean {
  return items(asn1)[0]?.type === forge.asn1.Type.INTEGER;
}

/** ContentInfo with SignedData, whose certificates have the tag [0] (RFC 5652, section 5.1). */
function readPkcs7(content: Buffer): Contents {
  const [, wrapped] = items(parse(content));
  const [signedData] = wrapped === undefined ? [] : items(wrapped);
  const set = signedData && items(signedData).find(isTaggedZero);
  const certificates = (set === undefined ? [] : items(set)).map((item) => readCertificate(derOf(item)));
  if (certificates.length === 0) throw new FormatError("It is neither PKCS#7 nor PKCS#12 with certificates.");
  return { form: "PKCS#7", certificates, privateKey: undefined };
}

function isTaggedZero({ tagClass, type }: forge.asn1.Asn1): boolean {
  return tagClass === forge.asn1.Class.CONTEXT_SPECIFIC && Number(type) === 0;
}

function readPkcs12(asn1: forge.asn1.Asn1, password: string | undefined): Contents {
  let pfx: forge.pkcs12.Pkcs12Pfx;
  try {
    pfx = forge.pkcs12.pkcs12FromAsn1(asn1, false, password ?? "");
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    if (/password|MAC|decrypt/i.test(why)) {
      throw new PasswordError(
        password === undefined ? "It is protected by a password." : "The password is wrong.",
      );
    }
    throw new FormatError(`It is PKCS#12, but cannot be read (${why}).`);
  }
  const bags = (type: string | undefined) =>
    type === undefined ? [] : (pfx.getBags({ bagType: type })[type] ?? []);
  const { certBag = "", pkcs8ShroudedKeyBag = "", keyBag = "" } = forge.pki.oids;
  const certificates = bags(certBag).map((bag) =>
    // Forge reads only RSA certificates, and returns others as they are.
    readCertificate(derOf(bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1)),
  );
  const [key] = [...bags(pkcs8ShroudedKeyBag), ...bags(keyBag)];
  return { form: "PKCS#12", certificates, privateKey: key && keyOf(key) };
}

function keyOf(bag: forge.pkcs12.Bag): string {
  const der = derOf(bag.key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key)) : bag.asn1);
  try {
    const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    return key.export({ format: "pem", type: "pkcs8" }).toString();
  } catch {
    throw new FormatError("Its key is of a kind that OpenSSL cannot read.");
  }
}

function derOf(asn1: forge.asn1.Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), "latin1");
}

function readCertificate(content: string | Buffer): X509Certificate {
  try {
    return new X509Certificate(content);
  } catch {
    throw new FormatError("A certificate in it is damaged.");
  }
}
