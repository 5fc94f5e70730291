import { createSecureContext } from "node:tls";
import { type CosError, invalidArgument } from "../http/errors.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";

/** What a TLS server needs, both as PEM. */
export interface DomainCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** What PUT Bucket DomainCertificate asks for. */
export interface CertificateAssignment extends DomainCertificate {
  /** In lower case. */
  readonly domains: readonly string[];
}

/**
 * Reads the body of PUT Bucket DomainCertificate, whose shape is that of cos-go-sdk-v5. CertId, which names a certificate
 * of Tencent's SSL service, is not supported here.
 *
 * @throws {CosError} MalformedXML, InvalidArgument
 */
export function parseCertificateAssignment(text: string): CertificateAssignment {
  const root = parseXml(text, "DomainCertificate", new Set(["DomainCertificate.DomainList.DomainName"]));
  const info = xmlField(root, "CertificateInfo");
  const custom = xmlField(info, "CustomCert");
  const certificate = xmlField(custom, "Cert");
  const privateKey = xmlField(custom, "PrivateKey");
  const domains = xmlField(xmlField(root, "DomainList"), "DomainName");
  if (xmlField(info, "CertType") !== "CustomCert") throw invalid("CertType is not CustomCert");
  if (typeof certificate !== "string" || typeof privateKey !== "string") {
    throw malformedXml("CustomCert needs Cert and PrivateKey");
  }
  if (!Array.isArray(domains)) throw malformedXml("DomainList has no DomainName");
  checkPair(certificate, privateKey);
  return { certificate, privateKey, domains: domains.map((name: unknown) => String(name).toLowerCase()) };
}

/** @throws {CosError} InvalidArgument when a TLS server could not use the two */
export function checkPair(certificate: string, privateKey: string): void {
  try {
    createSecureContext({ cert: certificate, key: privateKey });
  } catch {
    throw invalid("Cert and PrivateKey are not PEM, or do not belong together");
  }
}

function invalid(reason: string): CosError {
  return invalidArgument(`the certificate: ${reason}`);
}
