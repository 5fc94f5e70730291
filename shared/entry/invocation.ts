import { randomUUID } from "node:crypto";
import { clockMs } from "../clock.ts";
import { field } from "../field.ts";
import type { LogFields } from "./log.ts";

/**
 * How long an invocation may take when the platform does not say: a little under SCF's own default
 * limit of 3 s (API doc of CreateFunction, `Timeout`).
 */
const DEFAULT_LIMIT_MS = 3000;

/** Reserved from the time limit, so that the error still reaches the caller. */
const MARGIN_MS = 400;

/**
 * One call of a function by the platform. It is passed to every step that waits for others or has something to
 * log. (AsyncLocalStorage would spare the parameter, and costs every promise and socket of a request a hook.)
 */
export class Invocation {
  readonly requestId: string;
  /** What goes into the log line. */
  readonly log: Record<string, string | number> = {};
  readonly #startedAt = clockMs();
  readonly #deadline: number;

  /** @param context SCF's (https://cloud.tencent.com/document/product/583/9210); each of its fields may be missing */
  constructor(context: unknown) {
    this.requestId = requestId(context);
    this.#deadline = this.#startedAt + limitMs(context) - MARGIN_MS;
  }

  /** Adds to the log line. */
  note(fields: LogFields): void {
    Object.assign(this.log, fields);
  }

  /** Whole milliseconds since it began. */
  elapsedMs(): number {
    return Math.round(clockMs() - this.#startedAt);
  }

  /** Milliseconds that are left for waiting on others; never negative. */
  remainingMs(): number {
    return Math.max(0, this.#deadline - clockMs());
  }
}

function requestId(context: unknown): string {
  const id = field(context, "request_id");
  return typeof id === "string" && /^[\w-]{1,64}$/.test(id) ? id : randomUUID();
}

/** The time left by the context: from its method if the platform has one, else the whole limit. */
function limitMs(context: unknown): number {
  const ask = field(context, "getRemainingTimeInMillis");
  const said: unknown = typeof ask === "function" ? ask.call(context) : field(context, "time_limit_in_ms");
  const left = typeof said === "string" ? Number(said) : said;
  return typeof left === "number" && Number.isFinite(left) && left > 0 ? left : DEFAULT_LIMIT_MS;
}
