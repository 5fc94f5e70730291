import { defineConfig } from "vitest/config";
import { packagesAsBundled } from "../packages-as-bundled.ts";

/** `npm run platforms`: what needs the platforms' own tools, 600 MB that no plain `npm ci` should bring. */
export default defineConfig({
  plugins: [packagesAsBundled],
  test: {
    globalSetup: ["test/global-setup.ts"],
    include: ["test/platforms/*.trial.ts"],
    // One waits for the registry while the other computes.
    maxWorkers: 2,
    testTimeout: 60_000,
    // The first time, it installs.
    hookTimeout: 600_000,
  },
});
