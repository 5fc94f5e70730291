import type { Clock } from "../cloud/clock.ts";
import type { Certificate } from "../ssl/certificate.ts";

/** One domain on EdgeOne: its certificate, and the one that the edge shows meanwhile. */
export class EdgeOneHost {
  readonly name: string;
  readonly #clock: Clock;
  readonly #deployMs: number;
  #before: Certificate | undefined;
  #certificate: Certificate | undefined;
  #changedAt = Number.NEGATIVE_INFINITY;

  /** @param deployMs how long a change takes to reach the edge */
  constructor(name: string, clock: Clock, deployMs: number) {
    this.name = name;
    this.#clock = clock;
    this.#deployMs = deployMs;
  }

  /** Where the domain's own name must lead in the DNS. */
  get cname(): string {
    return `${this.name}.eo.dnse1.com`;
  }

  /** As it was last set; undefined without HTTPS. */
  get certificate(): Certificate | undefined {
    return this.#certificate;
  }

  /** What the edge shows now. */
  get shown(): Certificate | undefined {
    return this.isDeploying ? this.#before : this.#certificate;
  }

  get isDeploying(): boolean {
    return this.#clock() < this.#changedAt + this.#deployMs;
  }

  /** From now on it has this certificate; the edge follows. */
  set(certificate: Certificate): void {
    this.#before = this.shown;
    this.#certificate = certificate;
    this.#changedAt = this.#clock();
  }

  reset(): void {
    this.#before = undefined;
    this.#certificate = undefined;
    this.#changedAt = Number.NEGATIVE_INFINITY;
  }
}
