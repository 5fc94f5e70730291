import { describe, expect, test } from "vitest";
import { Pace } from "../../../../dev/page/browser/pace.ts";
import { canRetry } from "../../../../dev/page/browser/retry.ts";
import { agoOf, sizeOf, spanOf } from "../../../../dev/page/browser/units.ts";

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1 KiB"],
  [1280, "1.25 KiB"],
  [10_238, "10 KiB"],
  [1024 ** 2 - 1, "1 MiB"],
  [12.44 * 1024 ** 2, "12.4 MiB"],
  [5 * 1024 ** 3, "5 GiB"],
  [5000 * 1024 ** 4, "5000 TiB"],
])("%d bytes are %s", (bytes, words) => {
  expect(sizeOf(bytes)).toBe(words);
});

test.each([
  [0, "just now", "刚刚"],
  [59_999, "just now", "刚刚"],
  [60_000, "1 minute ago", "1分钟前"],
  [7_199_000, "1 hour ago", "1小时前"],
  [86_400_000, "yesterday", "昨天"],
  [-5000, "just now", "刚刚"],
])("%d ms ago is %s", (milliseconds, english, chinese) => {
  expect([agoOf(milliseconds, "en"), agoOf(milliseconds, "zh")]).toEqual([english, chinese]);
});

test("a time span is shown in its largest unit", () => {
  expect([spanOf(45, "en"), spanOf(600, "en"), spanOf(86_400, "zh")]).toEqual(["45 sec", "10 min", "1天"]);
});

// A clock that has been set a day ahead is a millisecond short of it when it is read.
test.each([
  [86_399.999, "1 day"],
  [3599.999, "1 hr"],
  [59.7, "1 min"],
  [59.4, "59 sec"],
  [-86_399.999, "-1 day"],
  [23.4 * 3600, "23 hr"],
  [0.2, "0 sec"],
])("%d seconds are %s", (seconds, words) => {
  expect(spanOf(seconds, "en")).toBe(words);
});

describe("the pace of uploads", () => {
  test("is that of the last few seconds, and gives the remaining time", () => {
    const pace = new Pace();
    for (let second = 0; second <= 10; second += 1)
      pace.add(second * 1000, second < 5 ? 0 : (second - 5) * 1000);
    expect(pace.bytesPerSecond).toBe(1000);
    expect(pace.secondsFor(2500)).toBe(3);
  });

  test("is unknown before anything moves and after a file starts over", () => {
    const pace = new Pace();
    pace.add(0, 0);
    expect(pace.bytesPerSecond).toBeUndefined();
    pace.add(1000, 0);
    expect(pace.secondsFor(1)).toBeUndefined();
    pace.add(2000, 500);
    pace.add(3000, 100);
    expect(pace.bytesPerSecond).toBeUndefined();
  });
});

test.each([
  [400, undefined, false],
  [403, undefined, false],
  [403, "expired", true],
  [401, undefined, true],
  [429, undefined, true],
  [503, undefined, true],
  [0, undefined, true],
] as const)("after %d %s a retry can help: %s", (status, cause, helps) => {
  expect(canRetry(status, cause)).toBe(helps);
});
