import { defineConfig } from "vitest/config";
import { packagesAsBundled } from "../packages-as-bundled.ts";

/** `npm run platforms`: tests that need the platforms' own tools, 600 MB that a plain `npm ci` should not download. */
export default defineConfig({
  plugins: [packagesAsBundled],
  test: {
    globalSetup: ["test/global-setup.ts"],
    include: ["test/platforms/*.trial.ts"],
    // One waits for the registry while the other computes.
    maxWorkers: 2,
    testTimeout: 60_000,
    // The first run installs.
    hookTimeout: 600_000,
  },
});
