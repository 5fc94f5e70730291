import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { FUNCTION_OPTIONS } from "../../tools/build/bundle.ts";
import { patchedPackages, standIns } from "../../tools/build/packages.ts";
import { apart } from "../../tools/build/parts.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Functions with another table of rules, as a team would define its own. */
export interface FunctionsWithRules {
  /** Contains `<name>/index.js` for each. */
  readonly directory: string;
  remove(): Promise<void>;
}

/**
 * Bundles functions as the build does, but with these rules.
 *
 * @param rulesFile exports `rules`
 */
export async function buildWithRules(
  names: readonly string[],
  rulesFile: string,
): Promise<FunctionsWithRules> {
  const directory = await mkdtemp(join(tmpdir(), "functions-with-rules-"));
  const otherRules: Plugin = {
    name: "other rules",
    setup({ onResolve }) {
      onResolve({ filter: /\/rules\.ts$/ }, () => ({ path: rulesFile }));
    },
  };
  await Promise.all(
    names.map((name) =>
      build({
        stdin: {
          contents: `import { main_handler } from "./functions/${name}/index.ts"; exports.main_handler = main_handler;`,
          resolveDir: ROOT,
        },
        logOverride: { "commonjs-variable-in-esm": "silent" },
        outfile: join(directory, name, "index.js"),
        absWorkingDir: ROOT,
        ...FUNCTION_OPTIONS,
        alias: standIns(ROOT),
        // No quota and no key set are configured: no part beside it is loaded.
        plugins: [patchedPackages, otherRules, apart(() => {})],
        inject: [join(ROOT, "shared/auth/webcrypto.ts")],
        logLevel: "warning",
      }),
    ),
  );
  return { directory, remove: () => rm(directory, { recursive: true }) };
}
