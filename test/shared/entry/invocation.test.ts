import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Invocation } from "../../../shared/entry/invocation.ts";

// The clock is stopped, so every number is exact.
beforeEach(() => void vi.useFakeTimers({ toFake: ["hrtime"] }));
afterEach(() => void vi.useRealTimers());

const left = (context: unknown) => new Invocation(context).remainingMs();

test("waits as long as the context's time limit allows, less 400 ms for the answer", () => {
  expect(left({ time_limit_in_ms: 10_000 })).toBe(9600);
  expect(left({ time_limit_in_ms: "10000" })).toBe(9600);
  const invocation = new Invocation({ time_limit_in_ms: 10_000 });
  vi.advanceTimersByTime(1000);
  expect(invocation.remainingMs()).toBe(8600);
  expect(invocation.elapsedMs()).toBe(1000);
});

test("uses getRemainingTimeInMillis if there is one, rather than the whole limit", () => {
  expect(left({ getRemainingTimeInMillis: () => 1000, time_limit_in_ms: 10_000 })).toBe(600);
});

test.each([
  ["no context", undefined],
  ["no limit", {}],
  ["a limit that is not a number", { time_limit_in_ms: "10s" }],
  ["NaN", { time_limit_in_ms: Number.NaN }],
  ["a limit of zero", { time_limit_in_ms: 0 }],
  ["a method that answers nonsense", { getRemainingTimeInMillis: () => "soon" }],
])("with %s, uses the platform's default limit of 3 s", (_, context) => {
  expect(left(context)).toBe(2600);
});

test("never waits for a negative time", () => {
  expect(left({ time_limit_in_ms: 100 })).toBe(0);
});

test("two simultaneous invocations have separate log lines", async () => {
  const logs = await Promise.all(
    ["a", "b"].map(async (key) => {
      const invocation = new Invocation({});
      await null;
      invocation.note({ key });
      return invocation.log;
    }),
  );
  expect(logs).toEqual([{ key: "a" }, { key: "b" }]);
});

test("collects the fields of the log line", () => {
  const invocation = new Invocation({});
  invocation.note({ key: "a", stsMs: 1 });
  invocation.note({ stsMs: 2 });
  expect(invocation.log).toEqual({ key: "a", stsMs: 2 });
});
