import type { Clock } from "./clock.ts";

/** How often the clock is looked at, which may be put forward at any time. */
const LOOK_MS = 50;

interface Due {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly work: () => void;
}

/** Work that is to be done at a time of the emulated cloud's clock. It keeps no process alive. */
export class Schedule {
  readonly #clock: Clock;
  #pending: Due[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How much is still to be done. */
  get size(): number {
    return this.#pending.length;
  }

  /**
   * @param at milliseconds since the Unix epoch
   * @param work must not throw
   */
  add(at: number, work: () => void): void {
    this.#pending.push({ at, work });
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Forgets all of it. */
  clear(): void {
    this.#pending = [];
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const now = this.#clock();
    const due = this.#pending.filter(({ at }) => at <= now);
    this.#pending = this.#pending.filter(({ at }) => at > now);
    if (this.#pending.length === 0) this.clear();
    for (const { work } of due.sort((a, b) => a.at - b.at)) work();
  }
}
