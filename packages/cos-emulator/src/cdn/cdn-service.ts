import { ApiError } from "../cloud-api/api-error.ts";
import type { CertificateStore } from "../ssl/certificate-store.ts";
import type { CertificateUse, CertificateUser } from "../ssl/certificate-user.ts";
import type { CdnDomain } from "./cdn-domain.ts";
import type { Origin } from "./domain-answer.ts";

export interface CdnOptions {
  readonly origin: Origin;
  readonly ownerUin: string;
  readonly domains: readonly CdnDomain[];
  readonly certificates: CertificateStore;
}

/** The account's domains on the emulated CDN. */
export class CdnService {
  readonly options: CdnOptions;
  readonly #domains: ReadonlyMap<string, CdnDomain>;

  constructor(options: CdnOptions) {
    this.options = options;
    this.#domains = new Map(options.domains.map((domain) => [domain.name, domain]));
  }

  all(): readonly CdnDomain[] {
    return this.options.domains;
  }

  find(name: string): CdnDomain | undefined {
    return this.#domains.get(name);
  }

  /** @throws {ApiError} ResourceNotFound.CdnHostNotExists */
  named(name: string): CdnDomain {
    const found = this.find(name);
    if (found !== undefined) return found;
    throw new ApiError(
      "ResourceNotFound.CdnHostNotExists",
      "This domain name does not exist under the account. Please check and try again.",
    );
  }

  /** Where the CDN uses the account's certificates. */
  get user(): CertificateUser {
    return {
      resourceType: "cdn",
      uses: ({ id }) =>
        this.all()
          .filter(({ config: { https } }) => https.on && https.certificate?.certId === id)
          .map(useOf),
      find: (instance) => {
        const [, name = ""] = /^([^|]+)\|(?:on|off)$/.exec(instance) ?? [];
        const domain = this.find(name);
        return domain && useOf(domain);
      },
    };
  }
}

function useOf(domain: CdnDomain): CertificateUse {
  return {
    domain: domain.name,
    region: undefined,
    detail: {
      Domain: domain.name,
      Status: domain.isDeploying ? "processing" : "online",
      HttpsBillingSwitch: domain.config.httpsBilling ? "on" : "off",
    },
    replace: async ({ id, issued }) => {
      if (issued === undefined) throw new Error("The certificate is not issued.");
      const { config } = domain;
      domain.change({
        ...config,
        https: { ...config.https, on: true, certificate: { certId: id, issued } },
      });
    },
  };
}
