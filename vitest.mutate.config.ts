import { defineConfig } from "vitest/config";

/** The tests that run the sources. The others run the bundles in dist, in which nothing is mutated. */
export default defineConfig({
  test: {
    include: ["test/shared/**/*.test.ts", "test/functions/*/*.test.ts"],
    exclude: ["test/shared/{net,tls}/**"],
  },
});
