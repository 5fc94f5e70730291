import { defineConfig } from "vitest/config";
import { packagesAsBundled } from "./test/packages-as-bundled.ts";

/** Folders of tests, separated by commas, for a short run. */
const { MUTATE_TESTS } = process.env;

/** The tests that run the sources. The others run bundles, in which nothing is mutated. */
export default defineConfig({
  plugins: [packagesAsBundled],
  test: {
    // The same inputs for every mutant, or whether one is found would be a matter of luck.
    setupFiles: ["test/setup.ts"],
    testTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
    unstubGlobals: true,
    unstubEnvs: true,
    include: MUTATE_TESTS?.split(",").map((folder) => `${folder}/**/*.test.ts`) ?? [
      "test/shared/**/*.test.ts",
      "test/functions/*/*.test.ts",
    ],
    // Of all but the first, the bundles are started.
    exclude: [
      "test/shared/net/**",
      "test/shared/published-secrets.test.ts",
      "test/functions/objects/{callers-not-told-apart,policies}.test.ts",
    ],
  },
});
