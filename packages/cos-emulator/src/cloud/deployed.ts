import type { Clock } from "./clock.ts";

/** A setting that takes a while to reach the edge, which does meanwhile what it did before. */
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

  /** As it was last set. */
  get value(): T {
    return this.#value;
  }

  /** What the edge did before the last change. */
  get before(): T {
    return this.#before;
  }

  /** What the edge does now. */
  get inForce(): T {
    return this.isDeploying ? this.#before : this.#value;
  }

  get isDeploying(): boolean {
    return this.#clock() < this.#changedAt + this.#deployMs;
  }

  /** Of the last change, in milliseconds since the Unix epoch; minus infinity when there was none. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** From now on it is set so; the edge follows. */
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
