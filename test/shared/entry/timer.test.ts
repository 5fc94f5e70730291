import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Outcome, RunError } from "../../../shared/entry/event.ts";
import { onTimer } from "../../../shared/entry/timer.ts";

const NOW = Date.UTC(2026, 10, 27, 8);
const CONTEXT = { request_id: "r-1" };

let lines: unknown[] = [];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "hrtime"], now: NOW });
  lines = [];
  vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(JSON.parse(String(line))) > 0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const line = (fields: object) => ({ requestId: "r-1", function: "timed", totalMs: 0, ...fields });

/** The time that `run` gets for a timer's `Time`. */
async function timeGiven(time: unknown): Promise<number> {
  const run = async (now: number): Promise<Outcome<{ now: number }>> => ({
    level: "info",
    log: {},
    result: { now },
  });
  const answer = await onTimer("timed", () => ({}), run)({ Type: "Timer", Time: time }, CONTEXT);
  return "now" in answer ? answer.now : Number.NaN;
}

test("a run has its own level, log and result", async () => {
  const handler = onTimer(
    "timed",
    () => "ready",
    async (_, ready, invocation) => {
      invocation.note({ noted: 1 });
      return { level: "warn", log: { counted: 2 }, result: { ready } };
    },
  );
  expect(await handler({ Type: "Timer" }, CONTEXT)).toEqual({ ready: "ready" });
  expect(lines).toEqual([line({ level: "warn", code: "OK", counted: 2, noted: 1 })]);
});

test("an expected failure is logged with its code and message, and thrown, so that SCF repeats the run", async () => {
  const error = new RunError("WebhookFailed", "The webhook answered 500.");
  const handler = onTimer(
    "timed",
    () => ({}),
    async () => Promise.reject(error),
  );
  await expect(handler({ Type: "Timer" }, CONTEXT)).rejects.toBe(error);
  expect(lines).toEqual([
    line({ level: "error", code: "WebhookFailed", error: "The webhook answered 500." }),
  ]);
});

test("only the class of any other failure is logged", async () => {
  const handler = onTimer(
    "timed",
    () => ({}),
    async () => Promise.reject(new RangeError("secret")),
  );
  await expect(handler({ Type: "Timer" }, CONTEXT)).rejects.toThrow(
    "The function failed; its log says where.",
  );
  expect(lines).toEqual([line({ level: "error", code: "InternalError", error: "RangeError" })]);
});

test.each([
  ["an hour early", NOW + 3_600_000],
  ["an hour late", NOW - 3_600_000],
])("uses the timer's scheduled time, even if it is %s", async (_, time) => {
  expect(await timeGiven(new Date(time).toISOString())).toBe(time);
});

test.each<[string, unknown]>([
  ["more than an hour ahead", new Date(NOW + 3_600_001).toISOString()],
  ["more than an hour behind", new Date(NOW - 3_600_001).toISOString()],
  ["not a time", "soon"],
  ["a number", NOW - 1000],
  ["absent", undefined],
  ["longer than any time", `${new Date(NOW - 1000).toUTCString()}${" ".repeat(12)}`],
])("uses this machine's time if the scheduled time is %s", async (_, time) => {
  expect(await timeGiven(time)).toBe(NOW);
});

test("accepts a time of 40 characters", async () => {
  const text = new Date(NOW - 1000).toUTCString();
  expect(await timeGiven(text.padEnd(40))).toBe(NOW - 1000);
});
