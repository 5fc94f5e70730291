import { randomBytes, randomInt } from "node:crypto";
import type { Clock } from "../cloud/clock.ts";
import type { Zone } from "../dns/zone.ts";
import { type Application, type Certificate, type Issued, readIssued } from "./certificate.ts";
import type { PublicAuthority } from "./public-authority.ts";

const ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export interface CertificateStoreOptions {
  readonly clock: Clock;
  readonly zone: Zone;
  readonly authority: PublicAuthority;
  /** The account's zones in DNSPod, to which the service can add a record itself. */
  readonly dnsPodZones: readonly string[];
  /** The shortest time that an application takes. */
  readonly issueMs: number;
}

/** The account's certificates, issued or applied for. */
export class CertificateStore {
  readonly options: CertificateStoreOptions;
  readonly #certificates = new Map<string, Certificate>();
  #issuing: Promise<void> = Promise.resolve();

  constructor(options: CertificateStoreOptions) {
    this.options = options;
  }

  find(id: string): Certificate | undefined {
    return this.#certificates.get(id);
  }

  /** The newest first. */
  all(): readonly Certificate[] {
    return [...this.#certificates.values()].toReversed();
  }

  clear(): void {
    this.#certificates.clear();
  }

  upload(issued: Issued, alias: string): Certificate {
    const certificate: Certificate = {
      id: newId(),
      alias,
      from: "upload",
      insertedAt: this.options.clock(),
      application: undefined,
      renewalOf: undefined,
      issued,
    };
    this.#certificates.set(certificate.id, certificate);
    return certificate;
  }

  apply(domain: string, method: Application["method"], alias: string, renewalOf?: string): Certificate {
    const now = this.options.clock();
    const certificate: Certificate = {
      id: newId(),
      alias,
      from: "trustasia",
      insertedAt: now,
      renewalOf,
      application: {
        domain,
        method,
        record: { name: `_dnsauth.${domain}`, value: randomBytes(16).toString("hex") },
        appliedAt: now,
      },
      issued: undefined,
    };
    this.#certificates.set(certificate.id, certificate);
    return certificate;
  }

  /** Whether the service can add a name's record itself. */
  isInDnsPod(domain: string): boolean {
    return this.options.dnsPodZones.some((zone) => domain === zone || domain.endsWith(`.${zone}`));
  }

  /** Issues the certificates whose domain has been proved by now. */
  settle(): Promise<void> {
    this.#issuing = this.#issuing.then(() => this.#issue());
    return this.#issuing;
  }

  async #issue(): Promise<void> {
    const { clock, authority, issueMs } = this.options;
    for (const certificate of this.#certificates.values()) {
      const { application, issued, id } = certificate;
      if (application === undefined || issued !== undefined) continue;
      if (clock() < application.appliedAt + issueMs || !this.#isProved(application)) continue;
      const { publicKey, privateKey } = await authority.issue(application.domain, clock());
      this.#certificates.set(id, { ...certificate, issued: readIssued(publicKey, privateKey) });
    }
  }

  #isProved({ method, record }: Application): boolean {
    return method === "DNS_AUTO" || this.options.zone.textOf(record.name).includes(record.value);
  }
}

function newId(): string {
  return Array.from({ length: 8 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join("");
}
