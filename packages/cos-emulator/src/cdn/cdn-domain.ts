import type { Clock } from "../cloud/clock.ts";
import { Deployed } from "../cloud/deployed.ts";
import { type DomainConfig, NEW_DOMAIN } from "./domain-config.ts";

/** One domain on the CDN: its settings, and what the edge does until they are deployed. */
export class CdnDomain {
  readonly name: string;
  readonly createdAt: number;
  readonly #config: Deployed<DomainConfig>;

  /** @param deployMs how long a change takes to reach the edge */
  constructor(name: string, clock: Clock, deployMs: number) {
    this.name = name;
    this.#config = new Deployed(NEW_DOMAIN, clock, deployMs);
    this.createdAt = clock();
  }

  /** The name that the domain's CNAME record must point to. */
  get cname(): string {
    return `${this.name}.cdn.dnsv1.com`;
  }

  /** As it was last set. */
  get config(): DomainConfig {
    return this.#config.value;
  }

  /** The settings that the edge applies now. */
  get inForce(): DomainConfig {
    return this.#config.inForce;
  }

  get isDeploying(): boolean {
    return this.#config.isDeploying;
  }

  /** Milliseconds since the Unix epoch. */
  get updatedAt(): number {
    return Math.max(this.createdAt, this.#config.changedAt);
  }

  /** The state of HTTPS alone, in the API's words. */
  get sslStatus(): "closed" | "deploying" | "deployed" {
    if (this.isDeploying && this.#config.before.https !== this.config.https) return "deploying";
    return this.config.https.on ? "deployed" : "closed";
  }

  /** Changes the settings; the edge applies them once they are deployed. */
  change(config: DomainConfig): void {
    this.#config.set(config);
  }

  reset(): void {
    this.#config.reset();
  }
}
