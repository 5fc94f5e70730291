import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** A function's code where its instances run it. */
export interface InstalledCode {
  /** Contains index.js, and the other files of the function's own folder. */
  readonly directory: string;
  remove(): Promise<void>;
}

/**
 * Copies a bundle to its own folder in the system's temporary folder, where it is as isolated as a deployed package: no
 * package.json sets its module type, and no node_modules above it hides a dependency that is missing from the bundle.
 */
export async function installCode(bundleFile: string): Promise<InstalledCode> {
  const directory = await mkdtemp(join(tmpdir(), "scf-code-"));
  try {
    await copyFile(bundleFile, join(directory, "index.js"));
    if (basename(bundleFile) === "index.js") await copyOthers(dirname(bundleFile), directory);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** Copies what a build put beside index.js, such as a part that is loaded only when it is needed. */
async function copyOthers(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (entry.isFile() && /\.c?js$/.test(entry.name) && entry.name !== "index.js") {
      await copyFile(join(from, entry.name), join(to, entry.name));
    }
  }
}
