import { defineConfig } from "vitest/config";
import { packagesAsBundled } from "./test/packages-as-bundled.ts";

export default defineConfig({
  plugins: [packagesAsBundled],
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    setupFiles: ["test/setup.ts"],
    // Tests that start processes and servers share two cores with everything else.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
