import type { Clock } from "../cloud/clock.ts";
import { Deployed } from "../cloud/deployed.ts";
import type { Certificate } from "../ssl/certificate.ts";

/** One domain on EdgeOne: its certificate, and the one that the edge shows meanwhile. */
export class EdgeOneHost {
  readonly name: string;
  readonly #certificate: Deployed<Certificate | undefined>;

  /** @param deployMs how long a change takes to reach the edge */
  constructor(name: string, clock: Clock, deployMs: number) {
    this.name = name;
    this.#certificate = new Deployed<Certificate | undefined>(undefined, clock, deployMs);
  }

  /** Where the domain's own name must lead in the DNS. */
  get cname(): string {
    return `${this.name}.eo.dnse1.com`;
  }

  /** As it was last set; undefined without HTTPS. */
  get certificate(): Certificate | undefined {
    return this.#certificate.value;
  }

  /** What the edge shows now. */
  get shown(): Certificate | undefined {
    return this.#certificate.inForce;
  }

  get isDeploying(): boolean {
    return this.#certificate.isDeploying;
  }

  /** From now on it has this certificate; the edge follows. */
  set(certificate: Certificate): void {
    this.#certificate.set(certificate);
  }

  reset(): void {
    this.#certificate.reset();
  }
}
