import type { Clock } from "../../cloud/clock.ts";
import type { Invocation } from "./function-runtime.ts";

/** The largest event of an asynchronous call (https://cloud.tencent.com/document/product/583/11637). */
const MAX_EVENT_BYTES = 128 * 1024;
/** How often a function that fails is called again, and how long an event is kept that cannot be served (583/41138). */
const RETRIES = 2;
const MAX_AGE_MS = 6 * 60 * 60 * 1000;
const MAX_WAITING = 100_000;
/** The platform's own failures and those of too many events at once: they are tried again until the event is too old. */
const NOT_THE_FUNCTIONS: ReadonlySet<number> = new Set([429, 432, 449, 500]);
const CANCELED = 499;
/** How often the clock is looked at, which may be put forward at any time. */
const LOOK_MS = 50;

export interface AsyncInvokerOptions {
  readonly functionName: string;
  invoke(event: unknown): Promise<Invocation>;
  readonly clock: Clock;
  /** Between two attempts. */
  readonly retrySeconds: number;
  readonly log: (line: string) => void;
}

interface Waiting {
  readonly event: unknown;
  readonly since: number;
  readonly attempt: number;
  readonly due: number;
}

/**
 * Calls a function with events that nobody waits for, each until it comes to its end: after a failure twice more, a
 * minute apart by the cloud's clock. So an event may arrive more than once. It is never logged: a COS event holds an
 * Authorization. Source: https://cloud.tencent.com/document/product/583/41138
 */
export class AsyncInvoker {
  readonly #options: AsyncInvokerOptions;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #generation = 0;

  constructor(options: AsyncInvokerOptions) {
    this.#options = options;
  }

  enqueue(event: unknown): void {
    const { functionName, clock, log } = this.#options;
    const bytes = Buffer.byteLength(JSON.stringify(event) ?? "");
    if (bytes > MAX_EVENT_BYTES || this.#waiting.length >= MAX_WAITING) {
      log(`[${functionName}] an event of ${bytes} bytes was dropped: it is too large, or too many wait`);
      return;
    }
    void this.#attempt({ event, since: clock(), attempt: 1, due: clock() });
  }

  /** Forgets every event that waits; what is under way is not tried again. */
  clear(): void {
    this.#generation += 1;
    this.#waiting = [];
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #attempt(waiting: Waiting): Promise<void> {
    const generation = this.#generation;
    const { invoke, functionName, clock, retrySeconds, log } = this.#options;
    const status = await invoke(waiting.event).then(
      ({ outcome }) => (outcome.ok ? undefined : outcome.failure.statusCode),
      // A function that is being changed or deleted takes no event now.
      () => 500,
    );
    if (status === undefined || status === CANCELED || generation !== this.#generation) return;
    const now = clock();
    const isOver = NOT_THE_FUNCTIONS.has(status)
      ? now - waiting.since >= MAX_AGE_MS
      : waiting.attempt > RETRIES;
    const outcome = `attempt ${waiting.attempt} at an event failed with ${status}`;
    if (isOver) {
      log(`[${functionName}] ${outcome}; it is given up`);
      return;
    }
    log(`[${functionName}] ${outcome}; it is tried again in ${retrySeconds} s`);
    this.#waiting.push({ ...waiting, attempt: waiting.attempt + 1, due: now + retrySeconds * 1000 });
    this.#timer ??= setInterval(() => this.#serve(), LOOK_MS).unref();
  }

  #serve(): void {
    const now = this.#options.clock();
    const due = this.#waiting.filter((waiting) => waiting.due <= now);
    this.#waiting = this.#waiting.filter((waiting) => waiting.due > now);
    if (this.#waiting.length === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    for (const waiting of due) void this.#attempt(waiting);
  }
}
