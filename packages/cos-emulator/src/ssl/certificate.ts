import { createPrivateKey, X509Certificate } from "node:crypto";
import { ApiError } from "../cloud-api/api-error.ts";
import type { IssuedCertificate } from "./public-authority.ts";

/** What ApplyCertificate asked for, and how the applicant proves the domain. */
export interface Application {
  readonly domain: string;
  readonly method: "DNS_AUTO" | "DNS";
  /** The TXT record that proves it. */
  readonly record: { readonly name: string; readonly value: string };
  /** Milliseconds since the Unix epoch. */
  readonly appliedAt: number;
}

/** One of the account's certificates, issued or applied for. */
export interface Certificate {
  readonly id: string;
  readonly alias: string;
  readonly from: "upload" | "trustasia";
  /** Milliseconds since the Unix epoch. */
  readonly insertedAt: number;
  readonly application: Application | undefined;
  /** The id of the certificate that it renews. */
  readonly renewalOf: string | undefined;
  /** Undefined until it is issued. */
  readonly issued: Issued | undefined;
}

/** An issued certificate, with the data that is read from it. */
export interface Issued extends IssuedCertificate {
  readonly names: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly begins: number;
  readonly ends: number;
  /** Of the server's certificate only. */
  readonly fingerprint: string;
}

/** DescribeCertificates' Status */
export const STATUS = { reviewing: 0, issued: 1, expired: 3, addingRecord: 4 } as const;

export function statusOf({ issued, application }: Certificate, now: number): number {
  if (issued === undefined)
    return application?.method === "DNS_AUTO" ? STATUS.addingRecord : STATUS.reviewing;
  return issued.ends <= now ? STATUS.expired : STATUS.issued;
}

/** The certificate's domain, as the API calls it. */
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

/** The fingerprint of the first certificate in a PEM text; undefined if there is none. */
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
