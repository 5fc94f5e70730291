import { rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { rules } from "../../shared/object/rules.ts";
import { buildFunctions } from "./functions.ts";
import { rulesTypes } from "./rules-types.ts";
import { buildSample } from "./sample.ts";

/**
 * Builds everything that `npm run build` promises, and says how large each function is.
 *
 * @throws as buildFunctions does
 */
export async function buildAll(): Promise<void> {
  const dist = fileURLToPath(new URL("../../dist", import.meta.url));
  await rm(dist, { recursive: true, force: true });
  for (const { name, bytes } of await buildFunctions(dist)) {
    console.log(`dist/${name}/index.js  ${(bytes / 1000).toFixed(1)} KB`);
  }
  await buildSample();
  await writeFile(fileURLToPath(new URL("../../miniprogram/rules.d.ts", import.meta.url)), rulesTypes(rules));
}
