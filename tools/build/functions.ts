import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkRules } from "../../shared/object/check-rules.ts";
import { rules } from "../../shared/object/rules.ts";
import { type BuiltParts, bundle } from "./bundle.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** One bundle, and its size in bytes. */
export interface Built {
  readonly name: string;
  readonly bytes: number;
}

/**
 * Bundles every function of `functions/` into `<directory>/<name>/index.js`. It creates the directory if necessary.
 *
 * @throws RuleError when the table of rules would not work
 * @throws Error when a bundle is too large, or a package no longer contains the lines that are patched
 */
export async function buildFunctions(directory: string): Promise<Built[]> {
  checkRules(rules);
  await mkdir(directory, { recursive: true });
  // SCF loads the bundles as CommonJS, while this project's own package.json says that files are ES modules.
  await writeFile(join(directory, "package.json"), '{ "type": "commonjs" }\n');
  const names = (await readdir(join(ROOT, "functions"))).sort();
  const parts: BuiltParts = new Map();
  return await Promise.all(
    names.map(async (name) => ({
      name,
      bytes: await bundle(ROOT, name, join(directory, name, "index.js"), parts),
    })),
  );
}
