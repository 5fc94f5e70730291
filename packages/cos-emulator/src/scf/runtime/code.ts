import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A function's code where its instances run it. */
export interface InstalledCode {
  /** Holds index.js and nothing else. */
  readonly directory: string;
  remove(): Promise<void>;
}

/**
 * Copies a bundle to a folder of its own under the system's temporary one, as a deployed package lies on the
 * platform: no package.json says what kind of module it is, and no node_modules above it hides a dependency that was
 * left out of the bundle.
 */
export async function installCode(bundleFile: string): Promise<InstalledCode> {
  const directory = await mkdtemp(join(tmpdir(), "scf-code-"));
  try {
    await copyFile(bundleFile, join(directory, "index.js"));
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
