import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";

const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Command lines that tests start many times; the others start as a user starts them. */
const PROGRAMS = ["dev/main.ts", "dev/start.ts", "tools/doctor/main.ts", "tools/https/main.ts"];

/** What a module finds beside itself stays beside its source. */
const urlsOfSources: Plugin = {
  name: "urls-of-sources",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      return {
        loader: "ts",
        contents: text.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)),
      };
    });
  },
};

/** Packages with a part that is not JavaScript stay where they are. */
const native: Plugin = {
  name: "native",
  setup({ onResolve }) {
    onResolve({ filter: /^(?:esbuild|@swc\/core)$/ }, ({ path }) => ({
      path: require.resolve(path),
      external: true,
    }));
  },
};

/**
 * Bundles the programs with their packages from their current source: with tsx, each start loads and compiles several
 * hundred files, which takes six times as long.
 */
export async function bundlePrograms(directory: string): Promise<void> {
  await build({
    entryPoints: PROGRAMS,
    absWorkingDir: ROOT,
    outbase: ".",
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    logLevel: "warning",
    // For packages that are CommonJS.
    banner: {
      js: `import { createRequire as requireFrom } from "node:module"; const require = requireFrom(${JSON.stringify(pathToFileURL(ROOT).href)});`,
    },
    plugins: [urlsOfSources, native],
  });
}
