import type { Clock } from "../cloud/clock.ts";
import { type DomainConfig, NEW_DOMAIN } from "./domain-config.ts";

/** One domain on the CDN: its settings, and what the edge does until they are deployed. */
export class CdnDomain {
  readonly name: string;
  readonly createdAt: number;
  readonly #clock: Clock;
  readonly #deployMs: number;
  #before: DomainConfig = NEW_DOMAIN;
  #config: DomainConfig = NEW_DOMAIN;
  #changedAt = Number.NEGATIVE_INFINITY;

  /** @param deployMs how long a change takes to reach the edge */
  constructor(name: string, clock: Clock, deployMs: number) {
    this.name = name;
    this.#clock = clock;
    this.#deployMs = deployMs;
    this.createdAt = clock();
  }

  /** Where the domain's own name must lead in the DNS. */
  get cname(): string {
    return `${this.name}.cdn.dnsv1.com`;
  }

  /** As it was last set. */
  get config(): DomainConfig {
    return this.#config;
  }

  /** What the edge does now. */
  get inForce(): DomainConfig {
    return this.isDeploying ? this.#before : this.#config;
  }

  get isDeploying(): boolean {
    return this.#clock() < this.#changedAt + this.#deployMs;
  }

  /** Milliseconds since the Unix epoch. */
  get updatedAt(): number {
    return Math.max(this.createdAt, this.#changedAt);
  }

  /** Of HTTPS alone, as the API calls it. */
  get sslStatus(): "closed" | "deploying" | "deployed" {
    if (this.isDeploying && this.#before.https !== this.#config.https) return "deploying";
    return this.#config.https.on ? "deployed" : "closed";
  }

  /** From now on it is set so; the edge follows. */
  change(config: DomainConfig): void {
    this.#before = this.inForce;
    this.#config = config;
    this.#changedAt = this.#clock();
  }

  reset(): void {
    this.#before = NEW_DOMAIN;
    this.#config = NEW_DOMAIN;
    this.#changedAt = Number.NEGATIVE_INFINITY;
  }
}
