import { expect, test } from "vitest";
import { Invocation } from "../../../shared/entry/invocation.ts";

const left = (context: unknown) => new Invocation(context).remainingMs();

test("waits for others as long as the context's time limit allows, less a margin for the answer", () => {
  const ms = left({ time_limit_in_ms: 10_000 });
  expect(left({ time_limit_in_ms: "10000" })).toBeGreaterThan(9000);
  expect(ms).toBeGreaterThan(9000);
  expect(ms).toBeLessThan(10_000);
});

test("believes getRemainingTimeInMillis where there is one, before the whole limit", () => {
  const ms = left({ getRemainingTimeInMillis: () => 1000, time_limit_in_ms: 10_000 });
  expect(ms).toBeGreaterThan(400);
  expect(ms).toBeLessThan(1000);
});

test.each([
  ["no context", undefined],
  ["no limit", {}],
  ["a limit that is not a number", { time_limit_in_ms: "10s" }],
  ["NaN", { time_limit_in_ms: Number.NaN }],
  ["no time at all", { time_limit_in_ms: 0 }],
  ["a method that answers nonsense", { getRemainingTimeInMillis: () => "soon" }],
])("with %s it stays under the platform's own default of 3 s", (_, context) => {
  const ms = left(context);
  expect(ms).toBeGreaterThan(2000);
  expect(ms).toBeLessThan(3000);
});

test("never waits for a negative time", () => {
  expect(left({ time_limit_in_ms: 100 })).toBe(0);
});

test("two invocations at once do not share a log line", async () => {
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

test("gathers what the log line is to say", () => {
  const invocation = new Invocation({});
  invocation.note({ key: "a", stsMs: 1 });
  invocation.note({ stsMs: 2 });
  expect(invocation.log).toEqual({ key: "a", stsMs: 2 });
});
