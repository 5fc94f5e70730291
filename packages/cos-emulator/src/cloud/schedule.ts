import type { Clock } from "./clock.ts";

/** How often to check the clock, which may be moved forward at any time. */
const CHECK_MS = 50;

interface Due {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly work: () => void;
}

/** Runs work at given times of the emulated cloud's clock. It does not keep the process alive. */
export class Schedule {
  readonly #clock: Clock;
  #pending: Due[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many tasks are pending. */
  get size(): number {
    return this.#pending.length;
  }

  /**
   * @param at milliseconds since the Unix epoch
   * @param work must not throw
   */
  add(at: number, work: () => void): void {
    this.#pending.push({ at, work });
    this.#timer ??= setInterval(() => this.#check(), CHECK_MS).unref();
  }

  /** Drops all pending work. */
  clear(): void {
    this.#pending = [];
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #check(): void {
    const now = this.#clock();
    const due = this.#pending.filter(({ at }) => at <= now);
    this.#pending = this.#pending.filter(({ at }) => at > now);
    if (this.#pending.length === 0) this.clear();
    for (const { work } of due.sort((a, b) => a.at - b.at)) work();
  }
}
