import type { CertificateUse, CertificateUser } from "../../ssl/certificate-user.ts";
import type { CustomDomain } from "./custom-domain.ts";
import type { ScfService } from "./scf-service.ts";

/** Where the account's certificates are used on functions' custom domains. */
export function scfCertificateUser(scf: ScfService): CertificateUser {
  const { region } = scf.options;
  const useOf = (domain: CustomDomain): CertificateUse => ({
    domain: domain.domain,
    region,
    detail: { Domain: domain.domain, Protocol: domain.protocol, Region: region },
    replace: async ({ id }) => {
      scf.domains.set(domain.domain, { ...domain, certificateId: id });
    },
  });
  return {
    resourceType: "scf",
    uses: ({ id }) =>
      [...scf.domains.values()].filter(({ certificateId }) => certificateId === id).map(useOf),
    // DeployCertificateInstance does not know functions.
    find: () => undefined,
  };
}
