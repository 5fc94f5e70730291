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
  type CertificateUse,
  deployProgress,
  deployToBucket,
  isPending,
  isUsable,
  listCertificates,
  RESOURCE_TYPES,
  replaceCertificate,
  uploadCertificate,
  usesOf,
  type ValidationMethod,
  type ValidationRecord,
  validationRecord,
} from "./ssl.ts";
