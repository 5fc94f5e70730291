import { ApiError, missingParameter } from "../../cloud-api/api-error.ts";
import type { ApiAction } from "../../cloud-api/listener.ts";
import type { CdnService } from "../cdn-service.ts";

/** DescribeCertDomains: the domains that a certificate fits, and those that have it. */
export function describeCertDomains(cdn: CdnService): ApiAction {
  return {
    parameters: new Set(["CertId", "Product"]),
    notEmulated: new Set(["Cert"]),
    resource: () => "*",
    async run({ parameters }) {
      const id = parameters.text("CertId");
      if (!id) throw missingParameter("CertId");
      await cdn.options.certificates.settle();
      const issued = cdn.options.certificates.find(id)?.issued;
      if (issued === undefined) {
        throw new ApiError("InvalidParameter.CdnCertInfoNotFound", "The certificate does not exist.");
      }
      const fits = (name: string) => issued.names.some((pattern) => covers(pattern, name));
      return {
        Domains: cdn.all().flatMap(({ name }) => (fits(name) ? [name] : [])),
        CertifiedDomains: cdn
          .all()
          .flatMap(({ name, config }) => (config.https.certificate?.certId === id ? [name] : [])),
      };
    },
  };
}

/** A wildcard stands for one label. */
function covers(pattern: string, name: string): boolean {
  if (!pattern.startsWith("*.")) return pattern === name;
  return name.slice(name.indexOf(".")) === pattern.slice(1);
}
