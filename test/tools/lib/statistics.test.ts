import { expect, test } from "vitest";
import { quantile, summarize, summarizeRatios } from "../../../tools/lib/statistics.ts";

test("the median and the quartiles lie between measurements if there is none in the middle", () => {
  expect(summarize([4, 1, 3, 2])).toEqual({ p25: 1.75, median: 2.5, p75: 3.25 });
  expect(summarize([7])).toEqual({ p25: 7, median: 7, p75: 7 });
});

test("the ends of a list are its smallest and its largest value", () => {
  expect([quantile([1, 2, 9], 0), quantile([1, 2, 9], 1)]).toEqual([1, 9]);
});

test("a ratio is computed within each round, so that a slow round does not change it", () => {
  expect(summarizeRatios([2, 20, 200], [1, 10, 100])).toEqual({ p25: 2, median: 2, p75: 2 });
});
