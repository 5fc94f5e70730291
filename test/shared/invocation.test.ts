import { expect, test } from "vitest";
import { invoke, note, remainingMs } from "../../shared/invocation.ts";

const left = (context: unknown) => invoke(context, async () => remainingMs());

test("waits for others as long as the context's time limit allows, less a margin for the answer", async () => {
  const ms = await left({ time_limit_in_ms: 10_000 });
  expect(ms).toBeGreaterThan(9000);
  expect(ms).toBeLessThan(10_000);
});

test("believes getRemainingTimeInMillis where there is one, before the whole limit", async () => {
  const ms = await left({ getRemainingTimeInMillis: () => 1000, time_limit_in_ms: 10_000 });
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
])("with %s it stays under the platform's own default of 3 s", async (_, context) => {
  const ms = await left(context);
  expect(ms).toBeGreaterThan(2000);
  expect(ms).toBeLessThan(3000);
});

test("never waits for a negative time", async () => {
  expect(await left({ time_limit_in_ms: 100 })).toBe(0);
});

test("two invocations at once do not share a log line", async () => {
  const logs = await Promise.all(
    ["a", "b"].map((key) =>
      invoke({}, async ({ log }) => {
        await null;
        note({ key });
        return log;
      }),
    ),
  );
  expect(logs).toEqual([{ key: "a" }, { key: "b" }]);
});
