import { defineConfig } from "vitest/config";
import { packagesAsBundled } from "./test/packages-as-bundled.ts";

export default defineConfig({
  plugins: [packagesAsBundled],
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    setupFiles: ["test/setup.ts"],
    // Half of the time a test waits for others: as many at once as there are cores, and not one fewer, as is the default.
    maxWorkers: "100%",
    // Tests that start processes and servers share two cores with everything else.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
