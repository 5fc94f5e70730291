import fc from "fast-check";
import { afterAll, vi } from "vitest";

/** The same inputs in every run, so that a failure comes from a change; FUZZ_SEED tries new ones. */
fc.configureGlobal({ seed: Number(process.env["FUZZ_SEED"] ?? 20261123) });

/** Those of the runner and of the files before. */
const globals = new Set(Object.keys(globalThis));

/**
 * A file's last test may have put something in a global's or a method's place, or have stopped the clock, and the next
 * file's beforeAll comes before its tests.
 */
afterAll(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  vi.restoreAllMocks();
  // Libraries name theirs with underscores, such as TypeScript's `__awaiter`.
  const left = Object.keys(globalThis).filter((name) => !globals.has(name) && !name.startsWith("__"));
  if (left.length > 0) {
    throw new Error(`The next file would see this file's globals ${left.join(", ")}: use vi.stubGlobal.`);
  }
});
