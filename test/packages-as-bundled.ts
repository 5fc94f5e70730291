import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Plugin } from "vitest/config";
import { patchedPackages, standIns } from "../tools/build/packages.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const NAME = "qcloud-cos-sts";
/** A leading NUL marks a module that is not a file. */
const ID = `\0${NAME}`;
const TESTS = fileURLToPath(new URL(".", import.meta.url));

/**
 * Sources that import qcloud-cos-sts get what the bundles have: the same stand-ins and patches. A test that imports it
 * itself gets the unchanged package, to compare with.
 */
export const packagesAsBundled: Plugin = {
  name: "packages-as-bundled",
  enforce: "pre",
  resolveId: (name, importer) => (name === NAME && importer?.startsWith(TESTS) !== true ? ID : undefined),
  async load(id) {
    if (id !== ID) return undefined;
    const { outputFiles } = await build({
      stdin: { contents: `export { default } from "${NAME}";`, resolveDir: ROOT },
      bundle: true,
      platform: "node",
      format: "esm",
      write: false,
      alias: standIns(ROOT),
      plugins: [patchedPackages],
    });
    return outputFiles[0]?.text;
  },
};
