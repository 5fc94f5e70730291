import { rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { RuleError } from "../../shared/object/check-rules.ts";
import { rules } from "../../shared/object/rules.ts";
import { buildFunctions } from "./functions.ts";
import { rulesTypes } from "./rules-types.ts";
import { buildSample } from "./sample.ts";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

await rm(dist, { recursive: true, force: true });
try {
  for (const { name, bytes } of await buildFunctions(dist)) {
    console.log(`dist/${name}/index.js  ${(bytes / 1000).toFixed(1)} KB`);
  }
  await buildSample();
  await writeFile(fileURLToPath(new URL("../../miniprogram/rules.d.ts", import.meta.url)), rulesTypes(rules));
} catch (error) {
  if (!(error instanceof RuleError)) throw error;
  console.error(`shared/object/rules.ts: ${error.message}`);
  process.exit(1);
}
