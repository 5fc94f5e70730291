export {
  type Commands,
  chainFinding,
  dateFinding,
  type Evidence,
  nameFinding,
  trustFinding,
} from "./certificate-findings.ts";
export { type CertificateReport, checkCertificate, judge, refusesModernTls } from "./check-certificate.ts";
export { checkCertificateFiles, type FileCheckOptions } from "./check-files.ts";
export { type Endpoint, isLoopback, label, parseEndpoint } from "./endpoint.ts";
export { blocked, type Claim, type Finding, fail, pass, type Status, skip, warn } from "./finding.ts";
export { type Handshake, HandshakeError, handshake } from "./handshake.ts";
export { keyPem } from "./key.ts";
export { listNames, namesCovered, subjectName } from "./names.ts";
export { findPath } from "./path.ts";
export type { NamedFile } from "./read-certificates.ts";
export { rootsOf, splitPem, type TrustAnchors, trustAnchors } from "./trust-anchors.ts";
export { type Server, whoseServer } from "./whose-server.ts";
