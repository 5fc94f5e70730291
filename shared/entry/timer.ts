import type { HostState } from "../../functions/cert-watch/look.ts";
import { WebhookError } from "../../functions/cert-watch/webhook.ts";
import type { Environment } from "../config.ts";
import { ConfigurationError } from "../errors.ts";
import { type PlatformResponse, platformResponse } from "../http/response.ts";
import { coldStart } from "./cold-start.ts";
import { Invocation } from "./invocation.ts";
import { type LogFields, writeLine } from "./log.ts";

/** What an invocation came to. SCF writes it to the log, so it names nothing that is secret. */
export interface Summary {
  readonly states: readonly HostState[];
  /** How many hosts the message was about. */
  readonly posted: number;
}

/** How far the timer's own time may be from this machine's, in milliseconds, and still be taken. */
const MAX_DIFFERENCE_MS = 60 * 60 * 1000;

/** No way to write a time is longer. */
const MAX_TIME_LENGTH = 40;

/**
 * Makes a `main_handler` for a timer trigger, whose event is
 * `{Type: "Timer", TriggerName, Time: "2019-02-21T11:49:00Z", Message}`
 * (https://cloud.tencent.com/document/product/583/9708).
 *
 * `setup` runs at cold start. A ConfigurationError there is logged, and every invocation then fails. So does one whose
 * message did not arrive: SCF repeats a failed timer invocation. Each writes one line to the log. Any other event, such
 * as a request through a Function URL, is answered with 404 and starts nothing.
 *
 * `run` is given the time for which the timer was set, so that the days left fall by one from run to run even when the
 * platform is a few seconds early or late; Unix time in milliseconds.
 */
export function onTimer<T>(
  name: string,
  setup: (env: Environment) => T,
  run: (now: number, ready: T, invocation: Invocation) => Promise<Summary>,
): (event: unknown, context: unknown) => Promise<Summary | PlatformResponse> {
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
      const summary = await run(timeOf(event), ready, invocation);
      line({ level: levelOf(summary.states), code: "OK", posted: summary.posted });
      return summary;
    } catch (error) {
      const isForeseen = error instanceof WebhookError;
      line({
        level: "error",
        code: isForeseen ? "WebhookFailed" : "InternalError",
        error: isForeseen ? error.message : error instanceof Error ? error.name : typeof error,
      });
      throw isForeseen ? error : new Error("The function failed; its log says where.");
    }
  };
}

function levelOf(states: readonly HostState[]): "error" | "warn" | "info" {
  if (states.some(({ verdict }) => verdict === "broken")) return "error";
  return states.every(({ verdict }) => verdict === "good") ? "info" : "warn";
}

function timeOf(event: unknown): number {
  const time = field(event, "Time");
  const set = typeof time === "string" && time.length <= MAX_TIME_LENGTH ? Date.parse(time) : Number.NaN;
  const now = Date.now();
  return Math.abs(set - now) <= MAX_DIFFERENCE_MS ? set : now;
}

function notFound(requestId: string): PlatformResponse {
  const message = 'A timer starts this function, with {"Type":"Timer"}; nothing is served here.';
  return platformResponse({ status: 404, body: { error: { code: "NotFound", message, requestId } } });
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
