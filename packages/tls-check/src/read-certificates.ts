import { X509Certificate } from "node:crypto";
import { containerFault, layoutFault } from "./file-faults.ts";
import { splitPem } from "./trust-anchors.ts";

/** A file that the caller was given. */
export interface NamedFile {
  readonly name: string;
  readonly content: Buffer;
}

/** What a file contains: certificates in PEM, or something else, with how to convert it. */
export type CertificateFile =
  | { readonly certificates: readonly X509Certificate[]; readonly holdsPrivateKey: boolean }
  | { readonly fault: string; readonly fix: string };

/**
 * Reads PEM certificates (RFC 7468), and recognises other files that people mistake for them, by their content.
 *
 * @param usage how to give a certificate and its key to the caller's command
 */
export function readCertificates({ name, content }: NamedFile, usage: string): CertificateFile {
  const file = quoted(name);
  if (content.length === 0) return { fault: "The file is empty.", fix: "Download the certificate again." };
  if (content[0] === DER_SEQUENCE) return binaryFile(content, file);
  if (content.subarray(0, 4).equals(JAVA_KEY_STORE)) {
    return {
      fault: "This is a Java key store.",
      fix: `keytool -importkeystore -srckeystore ${file} -destkeystore out.p12 -deststoretype PKCS12, then openssl pkcs12 -in out.p12 -nodes -out cert.pem`,
    };
  }
  return containerFault(content, file) ?? textFile(content.toString("utf8"), file, usage);
}

const DER_SEQUENCE = 0x30;
const JAVA_KEY_STORE = Buffer.from("feedfeed", "hex");
/** 1.2.840.113549.1.7.2, signedData. */
const PKCS7_SIGNED_DATA = Buffer.from("06092a864886f70d010702", "hex");

function binaryFile(content: Buffer, file: string): CertificateFile {
  try {
    new X509Certificate(content);
    return {
      fault: "This is one certificate in DER, not PEM.",
      fix: `openssl x509 -inform der -in ${file} -out cert.pem; then add the intermediate's after it.`,
    };
  } catch {}
  if (content.subarray(0, 24).includes(PKCS7_SIGNED_DATA)) {
    return {
      fault: "This is PKCS#7 (.p7b), not PEM.",
      fix: `openssl pkcs7 -inform der -print_certs -in ${file} -out chain.pem`,
    };
  }
  // PFX ::= SEQUENCE { version INTEGER (3), … } (RFC 7292, section 4).
  if (/^30(?:[0-7].|81..|82.{4}|83.{6}|80)020103/.test(content.subarray(0, 12).toString("hex"))) {
    return {
      fault: "This is PKCS#12 (.pfx, .p12), not PEM.",
      fix:
        `openssl pkcs12 -in ${file} -nokeys -out chain.pem and openssl pkcs12 -in ${file} -nocerts -nodes -out key.pem ` +
        "(with -legacy for old files)",
    };
  }
  return {
    fault: "This is binary, and not a known kind of certificate.",
    fix: "Download the certificate in PEM (Nginx).",
  };
}

function textFile(text: string, file: string, usage: string): CertificateFile {
  const kinds = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, kind]) => kind ?? "");
  const holdsPrivateKey = kinds.some((kind) => kind.endsWith("PRIVATE KEY"));
  const isOfOpenssl = kinds.some((kind) => OPENSSL_KIND.test(kind));
  if (!kinds.includes("CERTIFICATE") || isOfOpenssl) return otherText(text, kinds, file, usage);
  const blocks = splitPem(text);
  if (blocks.length < kinds.filter((kind) => kind === "CERTIFICATE").length) {
    return {
      fault: "A certificate in it has no END line of its own, or contains other text.",
      fix: "Copy the file again, every line of it; -----END CERTIFICATE----- and -----BEGIN must be on separate lines.",
    };
  }
  const certificates: X509Certificate[] = [];
  for (const [i, block] of blocks.entries()) {
    try {
      certificates.push(new X509Certificate(block));
    } catch {
      return (
        layoutFault(text, file) ?? {
          fault: `Certificate ${i + 1} of ${blocks.length} in it is damaged.`,
          fix: "Copy or download the file again.",
        }
      );
    }
  }
  return { certificates, holdsPrivateKey };
}

const OPENSSL_KIND = /^(X509|TRUSTED) CERTIFICATE$/;

/** Other PEM files, by the words after BEGIN, and how to fix each. */
const OTHER_KINDS: readonly (readonly [RegExp, string, (file: string, usage: string) => string])[] = [
  [
    /^(PKCS7|CMS)$/,
    "This is PKCS#7 in PEM, not certificates.",
    (file) => `openssl pkcs7 -print_certs -in ${file} -out chain.pem`,
  ],
  [
    /CERTIFICATE REQUEST$/,
    "This is a certificate request (CSR), not the certificate.",
    () => "Give the request to the authority; it sends the certificate back.",
  ],
  [
    OPENSSL_KIND,
    "This is a certificate in OpenSSL's own format.",
    (file) => `openssl x509 -in ${file} -out cert.pem`,
  ],
  [
    /PRIVATE KEY$/,
    "This is a private key, not a certificate.",
    (_file, usage) => `Name the certificate first and the key second: ${usage}.`,
  ],
];

function otherText(text: string, kinds: readonly string[], file: string, usage: string): CertificateFile {
  for (const [form, fault, fix] of OTHER_KINDS) {
    if (kinds.some((kind) => form.test(kind))) return { fault, fix: fix(file, usage) };
  }
  if (/^\s*MII[A-Za-z0-9+/=\s]+$/.test(text)) {
    return {
      fault: "This is base64 without its BEGIN and END lines.",
      fix: "Put -----BEGIN CERTIFICATE----- before it and -----END CERTIFICATE----- after it.",
    };
  }
  const layout = layoutFault(text, file);
  if (layout !== undefined) return layout;
  return { fault: "There is no certificate in it.", fix: "Download the certificate in PEM (Nginx)." };
}

/** The name quoted for a shell. */
export function quoted(name: string): string {
  return /^[\w./-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}
