import type { Environment } from "../config.ts";
import { field } from "../field.ts";
import type { PlatformResponse } from "../http/response.ts";
import { type Outcome, onEvent } from "./event.ts";
import type { Invocation } from "./invocation.ts";

/** How far the timer's time may be from this machine's and still be used, in milliseconds. */
const MAX_DIFFERENCE_MS = 60 * 60 * 1000;

/** In characters; no time is written longer. */
const MAX_TIME_LENGTH = 40;

/**
 * Makes a `main_handler` for a timer trigger, as {@link onEvent} does. Its event is
 * `{Type: "Timer", TriggerName, Time: "2019-02-21T11:49:00Z", Message}`
 * (https://cloud.tencent.com/document/product/583/9708).
 *
 * `run` is given the time for which the timer was set, so that the days left fall by one from run to run even when the
 * platform is a few seconds early or late; Unix time in milliseconds.
 */
export function onTimer<T, R extends object>(
  name: string,
  setup: (env: Environment) => T,
  run: (now: number, ready: T, invocation: Invocation) => Promise<Outcome<R>>,
): (event: unknown, context: unknown) => Promise<R | PlatformResponse> {
  return onEvent(
    name,
    setup,
    {
      read: (event) => (field(event, "Type") === "Timer" ? timeOf(event) : undefined),
      says: 'Only a timer event, {"Type":"Timer"}, starts this function.',
    },
    run,
  );
}

function timeOf(event: unknown): number {
  const time = field(event, "Time");
  const set = typeof time === "string" && time.length <= MAX_TIME_LENGTH ? Date.parse(time) : Number.NaN;
  const now = Date.now();
  return Math.abs(set - now) <= MAX_DIFFERENCE_MS ? set : now;
}
