import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkRules, RuleError } from "../../shared/object/check-rules.ts";
import { rules } from "../../shared/object/rules.ts";
import { bundle } from "./bundle.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "dist");

try {
  checkRules(rules);
} catch (error) {
  if (!(error instanceof RuleError)) throw error;
  console.error(`shared/object/rules.ts: ${error.message}`);
  process.exit(1);
}
await rm(dist, { recursive: true, force: true });
await mkdir(dist);
// The bundles are CommonJS, as SCF loads them; this project's own package.json says otherwise.
await writeFile(join(dist, "package.json"), '{ "type": "commonjs" }\n');

const functions = (await readdir(join(root, "functions"))).sort();
const sizes = await Promise.all(functions.map((name) => bundle(root, name, join(dist, name, "index.js"))));
for (const [i, name] of functions.entries()) {
  console.log(`dist/${name}/index.js  ${((sizes[i] ?? 0) / 1000).toFixed(1)} KB`);
}
