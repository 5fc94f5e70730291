import type { Environment } from "../config.ts";
import { ConfigurationError } from "../errors.ts";
import { type PlatformResponse, platformResponse } from "../http/response.ts";
import { coldStart } from "./cold-start.ts";
import { Invocation } from "./invocation.ts";
import { type LogFields, writeLine } from "./log.ts";

/** The result of one run. */
export interface Outcome<R> {
  /** The log line's. */
  readonly level: "info" | "warn" | "error";
  /** For the log line, in addition to what was noted in the invocation. */
  readonly log: LogFields;
  /** The answer to SCF, which writes it to the log: so it holds nothing secret. */
  readonly result: R;
}

/** A run that failed in an expected way. The message goes to the log and to SCF, and holds nothing secret. */
export class RunError extends Error {
  override readonly name: string = "RunError";
  /** For the log. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** How far the timer's time may be from this machine's and still be used, in milliseconds. */
const MAX_DIFFERENCE_MS = 60 * 60 * 1000;

/** In characters; no time is written longer. */
const MAX_TIME_LENGTH = 40;

/**
 * Makes a `main_handler` for a timer trigger, whose event is
 * `{Type: "Timer", TriggerName, Time: "2019-02-21T11:49:00Z", Message}`
 * (https://cloud.tencent.com/document/product/583/9708).
 *
 * `setup` runs at cold start. A ConfigurationError there is logged, and every invocation then fails. So does one
 * whose `run` throws: SCF repeats a failed timer invocation. Of a {@link RunError} the log and SCF get code and
 * message; of any other error the log gets its class, and SCF nothing. Each invocation writes one line to the log. Any
 * other event, such as a request through a Function URL, is answered with 404 and starts nothing.
 *
 * `run` is given the time for which the timer was set, so that the days left fall by one from run to run even when the
 * platform is a few seconds early or late; Unix time in milliseconds.
 */
export function onTimer<T, R extends object>(
  name: string,
  setup: (env: Environment) => T,
  run: (now: number, ready: T, invocation: Invocation) => Promise<Outcome<R>>,
): (event: unknown, context: unknown) => Promise<R | PlatformResponse> {
  const ready = coldStart(name, setup);
  return async (event, context) => {
    const invocation = new Invocation(context);
    const { requestId } = invocation;
    const line = (fields: LogFields) =>
      writeLine({
        requestId,
        function: name,
        ...fields,
        ...invocation.log,
        totalMs: invocation.elapsedMs(),
      });
    if (field(event, "Type") !== "Timer") {
      line({ level: "info", code: "NotFound" });
      return notFound(requestId);
    }
    if (ready === undefined) {
      line({ level: "error", code: "ConfigurationError" });
      throw new ConfigurationError("The function is not configured; its log says what is missing.");
    }
    try {
      const { level, log, result } = await run(timeOf(event), ready, invocation);
      line({ level, code: "OK", ...log });
      return result;
    } catch (error) {
      if (error instanceof RunError) {
        line({ level: "error", code: error.code, error: error.message });
        throw error;
      }
      line({
        level: "error",
        code: "InternalError",
        error: error instanceof Error ? error.name : typeof error,
      });
      throw new Error("The function failed; its log says where.");
    }
  };
}

function timeOf(event: unknown): number {
  const time = field(event, "Time");
  const set = typeof time === "string" && time.length <= MAX_TIME_LENGTH ? Date.parse(time) : Number.NaN;
  const now = Date.now();
  return Math.abs(set - now) <= MAX_DIFFERENCE_MS ? set : now;
}

function notFound(requestId: string): PlatformResponse {
  const message = 'Only a timer event, {"Type":"Timer"}, starts this function.';
  return platformResponse({ status: 404, body: { error: { code: "NotFound", message, requestId } } });
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
