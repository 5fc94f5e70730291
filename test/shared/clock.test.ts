import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clockMs } from "../../shared/clock.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date", "hrtime"] }));
afterEach(() => void vi.useRealTimers());

test("counts milliseconds, and does not follow the machine's time when that is set back", () => {
  const before = clockMs();
  vi.advanceTimersByTime(1500);
  vi.setSystemTime(0);
  expect(clockMs() - before).toBe(1500);
});
