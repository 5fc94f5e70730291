import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { packagesAsBundled } from "./test/packages-as-bundled.ts";

/** Tests of single modules. Some put a stand-in in the place of another with `vi.mock`, which no other file may get. */
const APART = ["test/shared/**/*.test.ts", "test/functions/*/*.test.ts"];

const COMMON = {
  setupFiles: ["test/setup.ts"],
  // Tests that start processes and servers share two cores with everything else.
  testTimeout: 30_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000 } },
  // What a test has put in a global's place is gone before the next.
  unstubGlobals: true,
  unstubEnvs: true,
};

export default defineConfig({
  test: {
    globalSetup: ["test/global-setup.ts"],
    // A third of the time a test waits, for a process or a clock: one more at once than there are cores, and not one
    // fewer, as is the default.
    maxWorkers: availableParallelism() + 1,
    projects: [
      { plugins: [packagesAsBundled], test: { ...COMMON, name: "apart", include: APART } },
      // In processes that run one file after another, the emulator and the SDKs are loaded once, not for each file.
      {
        plugins: [packagesAsBundled],
        test: { ...COMMON, name: "together", isolate: false, include: ["test/**/*.test.ts"], exclude: APART },
      },
    ],
  },
});
