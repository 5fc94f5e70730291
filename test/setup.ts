import fc from "fast-check";
import { afterAll, vi } from "vitest";

/** The same inputs in every run, so that a failure comes from a change; FUZZ_SEED tries new ones. */
fc.configureGlobal({ seed: Number(process.env["FUZZ_SEED"] ?? 20261123) });

/**
 * A file's last test may have put something in a global's or a method's place, or have stopped the clock, and the next
 * file's beforeAll comes before its tests.
 */
afterAll(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  vi.restoreAllMocks();
});
