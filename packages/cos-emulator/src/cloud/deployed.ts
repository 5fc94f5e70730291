import type { Clock } from "./clock.ts";

/** A setting that takes a while to reach the edge. Until then, the edge uses the previous one. */
export class Deployed<T> {
  readonly #initial: T;
  readonly #clock: Clock;
  readonly #deployMs: number;
  #before: T;
  #value: T;
  #changedAt = Number.NEGATIVE_INFINITY;

  /** @param deployMs how long a change takes to reach the edge */
  constructor(initial: T, clock: Clock, deployMs: number) {
    this.#initial = initial;
    this.#clock = clock;
    this.#deployMs = deployMs;
    this.#before = initial;
    this.#value = initial;
  }

  /** The last value that was set. */
  get value(): T {
    return this.#value;
  }

  /** What the edge used before the last change. */
  get before(): T {
    return this.#before;
  }

  /** What the edge uses now. */
  get inForce(): T {
    return this.isDeploying ? this.#before : this.#value;
  }

  get isDeploying(): boolean {
    return this.#clock() < this.#changedAt + this.#deployMs;
  }

  /** The time of the last change, in milliseconds since the Unix epoch; minus infinity when there was none. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** Sets the value. The edge follows once it is deployed. */
  set(value: T): void {
    this.#before = this.inForce;
    this.#value = value;
    this.#changedAt = this.#clock();
  }

  reset(): void {
    this.#before = this.#initial;
    this.#value = this.#initial;
    this.#changedAt = Number.NEGATIVE_INFINITY;
  }
}
