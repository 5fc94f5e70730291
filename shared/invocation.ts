import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

/**
 * How long an invocation may take when the platform does not say: a little under SCF's own default
 * limit of 3 s (API doc of CreateFunction, `Timeout`).
 */
const DEFAULT_LIMIT_MS = 3000;

/** What is kept back of the time limit, so that the error still reaches the caller. */
const MARGIN_MS = 400;

/** What the log line of a request gathers on the way. Never a secret, token, signature or signed URL. */
export type LogFields = Record<string, string | number | readonly string[]>;

/** One call of a function by the platform. */
export interface Invocation {
  readonly requestId: string;
  /** When the invocation began, and when it must have answered; milliseconds of `performance.now()`. */
  readonly startedAt: number;
  readonly deadline: number;
  readonly log: LogFields;
}

const storage = new AsyncLocalStorage<Invocation>();

/** The invocation that this code runs in; undefined at cold start. */
export function currentInvocation(): Invocation | undefined {
  return storage.getStore();
}

/** Adds to the log line of the current request. */
export function note(fields: LogFields): void {
  Object.assign(currentInvocation()?.log ?? {}, fields);
}

/** Milliseconds that the current invocation still has for waiting on others; never negative. */
export function remainingMs(): number {
  const deadline = currentInvocation()?.deadline ?? performance.now() + DEFAULT_LIMIT_MS - MARGIN_MS;
  return Math.max(0, deadline - performance.now());
}

/**
 * Runs `work` as one invocation. The context is SCF's (https://cloud.tencent.com/document/product/583/9210);
 * each of its fields may be missing.
 */
export function invoke<T>(context: unknown, work: (invocation: Invocation) => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const invocation: Invocation = {
    requestId: requestId(context),
    startedAt,
    deadline: startedAt + Math.max(0, limitMs(context) - MARGIN_MS),
    log: {},
  };
  return storage.run(invocation, () => work(invocation));
}

function requestId(context: unknown): string {
  const id = field(context, "request_id");
  return typeof id === "string" && /^[\w-]{1,64}$/.test(id) ? id : randomUUID();
}

/** The time left as the context tells it: by a method where the platform has one, else the whole limit. */
function limitMs(context: unknown): number {
  const ask = field(context, "getRemainingTimeInMillis");
  const left: unknown = typeof ask === "function" ? ask.call(context) : field(context, "time_limit_in_ms");
  return typeof left === "number" && Number.isFinite(left) && left > 0 ? left : DEFAULT_LIMIT_MS;
}

function field(context: unknown, name: string): unknown {
  return typeof context === "object" && context !== null ? Reflect.get(context, name) : undefined;
}
