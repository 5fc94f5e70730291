import { randomUUID } from "node:crypto";
import type { Clock } from "../../cloud/clock.ts";
import { Schedule } from "../../cloud/schedule.ts";
import type { Invocation } from "./function-runtime.ts";
import type { PlatformFailure } from "./platform-failure.ts";

/** The largest event of an asynchronous call (https://cloud.tencent.com/document/product/583/11637). */
export const MAX_ASYNC_EVENT_BYTES = 128 * 1024;
const MAX_WAITING = 100_000;
/** The platform's own failures, and too many events at once: these are retried until the event is too old. */
const PLATFORM_STATUSES: ReadonlySet<number> = new Set([429, 432, 449, 500]);
const CANCELED = 499;
const NOT_NOW: Attempt["failure"] = {
  statusCode: 500,
  errorCode: -1,
  errorMessage: "The function is being changed, or was deleted.",
};

/** What UpdateFunctionEventInvokeConfig sets (https://cloud.tencent.com/document/api/583/53639). */
export interface EventInvokeConfig {
  /** How many times a function that fails is called again. */
  readonly retries: number;
  /** How long an event is kept, in seconds. */
  readonly ttlSeconds: number;
}

/** https://cloud.tencent.com/document/product/583/41138 */
export const DEFAULT_EVENT_INVOKE_CONFIG: EventInvokeConfig = { retries: 2, ttlSeconds: 6 * 60 * 60 };

export interface AsyncInvokerOptions {
  readonly functionName: string;
  invoke(event: unknown, requestId: string): Promise<Invocation>;
  readonly clock: Clock;
  /** Between two attempts. */
  readonly retrySeconds: number;
  /** Called at each attempt. @default DEFAULT_EVENT_INVOKE_CONFIG */
  readonly config?: () => EventInvokeConfig;
  readonly log: (line: string) => void;
  /** Called after every call of the function. @default nothing */
  readonly onAttempt?: (attempt: Attempt) => void;
}

/** One call of the function. */
export interface Attempt {
  /** What the event is about, in words. */
  readonly about: string;
  readonly requestId: string;
  /** Undefined if the function succeeded. */
  readonly failure: Pick<PlatformFailure, "statusCode" | "errorCode" | "errorMessage"> | undefined;
  readonly durationMs: number;
}

interface Waiting {
  readonly event: unknown;
  readonly about: string;
  readonly requestId: string;
  readonly since: number;
  readonly attempt: number;
}

/**
 * Calls a function asynchronously with events, and retries after a failure: twice, a minute apart by the cloud's clock.
 * So an event may arrive more than once, with the same request id. Events are never logged: a COS event contains an
 * Authorization. Source: https://cloud.tencent.com/document/product/583/41138
 */
export class AsyncInvoker {
  readonly #options: AsyncInvokerOptions;
  readonly #schedule: Schedule;
  #generation = 0;

  constructor(options: AsyncInvokerOptions) {
    this.#options = options;
    this.#schedule = new Schedule(options.clock);
  }

  /**
   * @param about what the event is about, in words, for the request log
   * @returns the request id that the function gets, the same at every attempt
   */
  enqueue(event: unknown, about = ""): string {
    const { functionName, clock, log } = this.#options;
    const requestId = randomUUID();
    const bytes = Buffer.byteLength(JSON.stringify(event) ?? "");
    if (bytes > MAX_ASYNC_EVENT_BYTES || this.#schedule.size >= MAX_WAITING) {
      log(
        `[${functionName}] an event of ${bytes} bytes was dropped: it is too large, or too many are waiting`,
      );
    } else {
      void this.#attempt({ event, about, requestId, since: clock(), attempt: 1 });
    }
    return requestId;
  }

  /** Drops every waiting event; those in progress are not retried. */
  clear(): void {
    this.#generation += 1;
    this.#schedule.clear();
  }

  async #attempt(waiting: Waiting): Promise<void> {
    const generation = this.#generation;
    const { invoke, functionName, clock, retrySeconds, log } = this.#options;
    const { retries, ttlSeconds } = this.#options.config?.() ?? DEFAULT_EVENT_INVOKE_CONFIG;
    const started = performance.now();
    const failure = await invoke(waiting.event, waiting.requestId).then(
      ({ outcome }) => (outcome.ok ? undefined : outcome.failure),
      () => NOT_NOW,
    );
    const { about, requestId } = waiting;
    const durationMs = Math.round(performance.now() - started);
    this.#options.onAttempt?.({ about, requestId, failure, durationMs });
    const status = failure?.statusCode;
    if (status === undefined || status === CANCELED || generation !== this.#generation) return;
    const now = clock();
    const isTooOld = now - waiting.since >= ttlSeconds * 1000;
    const isOver = isTooOld || (!PLATFORM_STATUSES.has(status) && waiting.attempt > retries);
    const outcome = `attempt ${waiting.attempt} at an event failed with ${status}`;
    if (isOver) {
      log(`[${functionName}] ${outcome}; it will not be retried`);
      return;
    }
    log(`[${functionName}] ${outcome}; it will be retried in ${retrySeconds} s`);
    this.#schedule.add(now + retrySeconds * 1000, () => {
      void this.#attempt({ ...waiting, attempt: waiting.attempt + 1 });
    });
  }
}
