import type { Certificate } from "./certificate.ts";

/** One place where a certificate is in use. */
export interface CertificateUse {
  readonly domain: string;
  /** Of the kinds that have regions. */
  readonly region: string | undefined;
  /** As DescribeCertificateBindResourceTaskDetail tells it. */
  readonly detail: Readonly<Record<string, unknown>>;
  replace(certificate: Certificate): Promise<void>;
}

/** A service of the emulated cloud whose resources use certificates of the account. */
export interface CertificateUser {
  /** As the API names the kind of resource. */
  readonly resourceType: "cdn" | "teo" | "cos" | "scf";
  uses(certificate: Certificate): readonly CertificateUse[];
  /**
   * Puts a certificate on one instance, named as DeployCertificateInstance names it; undefined when there is none of
   * this name.
   */
  find(instance: string): CertificateUse | undefined;
}
