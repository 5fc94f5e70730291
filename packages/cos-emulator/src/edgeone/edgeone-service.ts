import type { CertificateUse, CertificateUser } from "../ssl/certificate-user.ts";
import type { EdgeOneHost } from "./edgeone-host.ts";

/** A site's id has this form; all domains here belong to one site. */
const ZONE_ID = "zone-2c1gxmd5lvuq";

/**
 * The account's domains on the emulated EdgeOne, only for certificates: where they are used, and so that the SSL
 * service can deploy them there. EdgeOne's own API is not emulated.
 */
export class EdgeOneService {
  readonly #hosts: ReadonlyMap<string, EdgeOneHost>;

  constructor(hosts: readonly EdgeOneHost[]) {
    this.#hosts = new Map(hosts.map((host) => [host.name, host]));
  }

  all(): readonly EdgeOneHost[] {
    return [...this.#hosts.values()];
  }

  find(name: string): EdgeOneHost | undefined {
    return this.#hosts.get(name);
  }

  /** Where EdgeOne uses the account's certificates. */
  get user(): CertificateUser {
    return {
      resourceType: "teo",
      uses: ({ id }) =>
        this.all()
          .filter(({ certificate }) => certificate?.id === id)
          .map(useOf),
      // DeployCertificateInstance identifies one by its domain (https://cloud.tencent.com/document/api/400/91667).
      find: (instance) => {
        const host = this.find(instance);
        return host && useOf(host);
      },
    };
  }

  reset(): void {
    for (const host of this.all()) host.reset();
  }
}

function useOf(host: EdgeOneHost): CertificateUse {
  return {
    domain: host.name,
    region: undefined,
    // TeoInstanceDetail (https://cloud.tencent.com/document/api/400/41679)
    detail: {
      Host: host.name,
      ZoneId: ZONE_ID,
      Status: host.isDeploying ? "processing" : "deployed",
      Algorithm: "",
    },
    replace: async (certificate) => {
      if (certificate.issued === undefined) throw new Error("The certificate is not issued.");
      host.set(certificate);
    },
  };
}
