import { expect, test } from "vitest";
import { toText } from "../../../tools/bench/report.ts";
import { interleave } from "../../../tools/bench/rounds.ts";
import { summarize } from "../../../tools/lib/statistics.ts";

test("the table has each figure's ratio to its baseline, with its target and whether it is met", () => {
  const text = toText({
    node: "v20.0.0",
    cpus: "2 × some",
    load: [0.51, 1],
    seconds: 9.6,
    tables: [
      {
        id: "start",
        title: "Start",
        unit: "CPU ms",
        baseline: "node -e 0",
        otherRatio: "÷ by wall time",
        method: "3 rounds.",
        figures: [
          { name: "node -e 0", value: summarize([20]) },
          {
            name: "put-sign",
            value: summarize([27, 28, 120]),
            ratio: summarize([1.349]),
            otherRatio: summarize([1.2]),
            target: { text: "≤ 1.4", isMet: true },
          },
          {
            name: "slow",
            value: summarize([100]),
            ratio: summarize([5]),
            target: { text: "≤ 2", isMet: false },
          },
        ],
      },
    ],
  });
  expect(text.split("\n")).toEqual([
    "Start",
    "3 rounds.",
    "  CPU ms     median  quartiles  ÷ node -e 0  quartiles  ÷ by wall time  target",
    "  node -e 0      20                       1",
    "  put-sign       28    27.5–74         1.35                        1.2   ≤ 1.4     met",
    "  slow          100                       5                                ≤ 2  MISSED",
    "",
    "1 of 2 targets met.",
    "Node v20.0.0, 2 × some; load 0.5 before, 1.0 after; 10 s.",
  ]);
});

test("candidates take turns, and each round starts with a different one", async () => {
  const order: string[] = [];
  const measured = await interleave(["a", "b", "c"], 3, async (name) => order.push(name));
  expect(order.join("")).toBe("abcbcacab");
  expect(measured).toEqual([
    { candidate: "a", results: [1, 6, 8] },
    { candidate: "b", results: [2, 4, 9] },
    { candidate: "c", results: [3, 5, 7] },
  ]);
});
