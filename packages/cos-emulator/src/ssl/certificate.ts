import { createPrivateKey, X509Certificate } from "node:crypto";
import { ApiError } from "../cloud-api/api-error.ts";
import type { IssuedCertificate } from "./public-authority.ts";

/** What ApplyCertificate asked for, and how whoever asked is to show that the name is theirs. */
export interface Application {
  readonly domain: string;
  readonly method: "DNS_AUTO" | "DNS";
  /** The TXT record that shows it. */
  readonly record: { readonly name: string; readonly value: string };
  /** Milliseconds since the Unix epoch. */
  readonly appliedAt: number;
}

/** A certificate of the account's, issued or on its way. */
export interface Certificate {
  readonly id: string;
  readonly alias: string;
  readonly from: "upload" | "trustasia";
  /** Milliseconds since the Unix epoch. */
  readonly insertedAt: number;
  readonly application: Application | undefined;
  /** The one that it was applied for to take the place of. */
  readonly renewalOf: string | undefined;
  /** Undefined until it is issued. */
  readonly issued: Issued | undefined;
}

/** An issued certificate, with what is read from it. */
export interface Issued extends IssuedCertificate {
  readonly names: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly begins: number;
  readonly ends: number;
  /** Of the server's certificate alone. */
  readonly fingerprint: string;
}

/** DescribeCertificates' Status */
export const STATUS = { reviewing: 0, issued: 1, expired: 3, addingRecord: 4 } as const;

export function statusOf({ issued, application }: Certificate, now: number): number {
  if (issued === undefined)
    return application?.method === "DNS_AUTO" ? STATUS.addingRecord : STATUS.reviewing;
  return issued.ends <= now ? STATUS.expired : STATUS.issued;
}

/** The name that the API calls the certificate's domain. */
export function domainOf({ issued, application }: Certificate): string {
  return issued?.names[0] ?? application?.domain ?? "";
}

/**
 * Reads a certificate with its chain and its key.
 *
 * @throws {ApiError} FailedOperation.CertificateParseError, FailedOperation.CertificateMismatch
 */
export function readIssued(publicKey: string, privateKey: string): Issued {
  const certificate = parse(publicKey);
  const key = parseKey(privateKey);
  if (!certificate.checkPrivateKey(key)) {
    throw new ApiError(
      "FailedOperation.CertificateMismatch",
      "The certificate and the private key do not match.",
    );
  }
  return {
    publicKey,
    privateKey,
    names: namesOf(certificate),
    begins: Date.parse(certificate.validFrom),
    ends: Date.parse(certificate.validTo),
    fingerprint: certificate.fingerprint256,
  };
}

/** Of the first certificate of a PEM text; undefined when there is none to read. */
export function fingerprintOf(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch {
    return undefined;
  }
}

function parse(publicKey: string): X509Certificate {
  try {
    if (publicKey.includes("-----BEGIN CERTIFICATE-----")) return new X509Certificate(publicKey);
  } catch {}
  throw unreadable();
}

function parseKey(privateKey: string) {
  try {
    return createPrivateKey(privateKey);
  } catch {
    throw unreadable();
  }
}

function unreadable(): ApiError {
  return new ApiError(
    "FailedOperation.CertificateParseError",
    "Parsing failed. Check if the certificate meets the standard.",
  );
}

function namesOf({ subjectAltName = "" }: X509Certificate): string[] {
  return [...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => name ?? "");
}
