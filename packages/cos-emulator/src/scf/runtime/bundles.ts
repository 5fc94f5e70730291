import { access, readdir } from "node:fs/promises";
import { join } from "node:path";

/** A function's name as SCF accepts it (https://cloud.tencent.com/document/api/583/18586). */
const FUNCTION_NAME = /^[A-Za-z][\w-]{0,58}[A-Za-z0-9]$/;

/** The built functions of a folder, `<name>/index.js` each, by name; none when there is no such folder. */
export async function findBundles(directory: string): Promise<Map<string, string>> {
  const bundles = new Map<string, string>();
  const names = await readdir(directory).catch(() => []);
  for (const name of names.sort()) {
    const file = join(directory, name, "index.js");
    if (FUNCTION_NAME.test(name) && (await exists(file))) bundles.set(name, file);
  }
  return bundles;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
