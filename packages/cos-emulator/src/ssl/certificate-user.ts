import type { Certificate } from "./certificate.ts";

/** One place where a certificate is in use. */
export interface CertificateUse {
  readonly domain: string;
  /** Undefined for kinds of resources without regions. */
  readonly region: string | undefined;
  /** Its entry in DescribeCertificateBindResourceTaskDetail. */
  readonly detail: Readonly<Record<string, unknown>>;
  replace(certificate: Certificate): Promise<void>;
}

/** A service of the emulated cloud whose resources use the account's certificates. */
export interface CertificateUser {
  /** The API's name for the kind of resource. */
  readonly resourceType: "cdn" | "teo" | "cos" | "scf";
  uses(certificate: Certificate): readonly CertificateUse[];
  /**
   * Finds one instance by the name that DeployCertificateInstance uses; undefined when there is none.
   */
  find(instance: string): CertificateUse | undefined;
}
