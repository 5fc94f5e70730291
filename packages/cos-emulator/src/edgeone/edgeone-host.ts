import type { Clock } from "../cloud/clock.ts";
import { Deployed } from "../cloud/deployed.ts";
import type { Certificate } from "../ssl/certificate.ts";

/** One domain on EdgeOne: its certificate, and the one that the edge presents until that is deployed. */
export class EdgeOneHost {
  readonly name: string;
  readonly #certificate: Deployed<Certificate | undefined>;

  /** @param deployMs how long a change takes to reach the edge */
  constructor(name: string, clock: Clock, deployMs: number) {
    this.name = name;
    this.#certificate = new Deployed<Certificate | undefined>(undefined, clock, deployMs);
  }

  /** The name that the domain's CNAME record must point to. */
  get cname(): string {
    return `${this.name}.eo.dnse1.com`;
  }

  /** The last certificate that was set; undefined without HTTPS. */
  get certificate(): Certificate | undefined {
    return this.#certificate.value;
  }

  /** The certificate that the edge presents now. */
  get presented(): Certificate | undefined {
    return this.#certificate.inForce;
  }

  get isDeploying(): boolean {
    return this.#certificate.isDeploying;
  }

  /** Sets the certificate. The edge follows once it is deployed. */
  set(certificate: Certificate): void {
    this.#certificate.set(certificate);
  }

  reset(): void {
    this.#certificate.reset();
  }
}
