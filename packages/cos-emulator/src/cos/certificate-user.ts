import { fingerprintOf } from "../ssl/certificate.ts";
import type { CertificateUse, CertificateUser } from "../ssl/certificate-user.ts";
import type { Buckets, OpenBucket } from "./store/buckets.ts";
import type { DomainRule } from "./store/domain-configuration.ts";

/**
 * Where the account's certificates are used on buckets' custom domains. PUT ?domaincertificate takes the PEM and no id,
 * so a domain uses the certificate whose PEM it has.
 */
export function cosCertificateUser(buckets: Buckets): CertificateUser {
  const domains = () =>
    buckets
      .all()
      .flatMap((open) => open.settings.domains.map((rule): [OpenBucket, DomainRule] => [open, rule]));
  return {
    resourceType: "cos",
    uses: ({ issued }) =>
      domains()
        .filter(([{ settings }, { name }]) => {
          const own = settings.certificate(name);
          return issued !== undefined && own && fingerprintOf(own.certificate) === issued.fingerprint;
        })
        .map(useOf),
    find: (instance) => {
      const found = domains().find(
        ([{ bucket }, { name }]) => instance === `${bucket.region}|${bucket.name}|${name}`,
      );
      return found && useOf(found);
    },
  };
}

function useOf([{ bucket, settings }, { name, status }]: [OpenBucket, DomainRule]): CertificateUse {
  return {
    domain: name,
    region: bucket.region,
    detail: { Domain: name, Status: status, Bucket: bucket.name, Region: bucket.region },
    replace: async ({ issued }) => {
      if (issued === undefined) throw new Error("The certificate is not issued.");
      await settings.setCertificate([name], {
        certificate: issued.publicKey,
        privateKey: issued.privateKey,
      });
    },
  };
}
