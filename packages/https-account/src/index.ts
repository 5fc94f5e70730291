export {
  type CdnDomain,
  type CdnHeaderRule,
  type DomainChange,
  describeDomain,
  hstsPart,
  httpsWith,
  isBusy,
  isDeploying,
  isOn,
  UnnamedCertificateError,
  updateDomain,
} from "./cdn.ts";
export { coversHost, whyNotCovered } from "./certificate-names.ts";
export { APIS, CloudApi, CloudError, EndpointError } from "./cloud-api.ts";
export {
  applyForRenewal,
  certificateInUse,
  type InUse,
  RENEW_DAYS,
  type Renewal,
  type RenewalOptions,
  renewalOf,
  replaceable,
  rollOver,
} from "./renewal.ts";
export {
  type AccountCertificate,
  applyCertificate,
  CERTIFICATE_STATUS,
  isPending,
  isUsable,
  listCertificates,
  uploadCertificate,
  type ValidationMethod,
  type ValidationRecord,
  validationRecord,
} from "./ssl/certificates.ts";
export {
  type DeployTarget,
  deployCertificate,
  deployProgress,
  RESOURCE_TYPES,
  replaceCertificate,
} from "./ssl/deployments.ts";
export { type CertificateUse, usesOf } from "./ssl/uses.ts";
