import type { Emulator } from "../packages/cos-emulator/src/index.ts";

/** How often functions are called, in milliseconds. */
const TIMER_MS = 60_000;

/** Calls these functions regularly. @returns stops that */
export function startTimer(names: readonly string[], emulator: Emulator): () => void {
  const timer = setInterval(() => {
    for (const name of names) callTimer(name, emulator);
  }, TIMER_MS).unref();
  return () => clearInterval(timer);
}

/** Calls a function as SCF's timer trigger does (https://cloud.tencent.com/document/product/583/9708). */
function callTimer(name: string, { functions, record }: Emulator): void {
  const event = { Type: "Timer", TriggerName: name, Time: new Date().toISOString(), Message: "" };
  functions
    .get(name)
    ?.invoke(event)
    .then(({ outcome, requestId, durationMs }) =>
      record({
        service: "trigger",
        method: "EVENT",
        path: `/${name}`,
        status: outcome.ok ? 200 : outcome.failure.statusCode,
        reason: outcome.ok ? undefined : outcome.failure.errorMessage,
        requestId,
        action: "Timer",
        durationMs: Math.round(durationMs),
      }),
    )
    // The function's log says more.
    .catch(() => undefined);
}
