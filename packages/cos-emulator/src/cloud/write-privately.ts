import { link, rename, rm, writeFile } from "node:fs/promises";

/** Writes a new file and renames it, so that nobody reads half of it and an older file's mode is not kept. */
export async function writePrivately(file: string, content: string, mode: number): Promise<void> {
  await rename(await writeFresh(file, content, mode), file);
}

/**
 * Like {@link writePrivately}, but never replaces a file.
 *
 * @returns whether it was written; false if the file exists already
 */
export async function createPrivately(file: string, content: string, mode: number): Promise<boolean> {
  const fresh = await writeFresh(file, content, mode);
  try {
    await link(fresh, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    // Some file systems, such as exFAT, have no links.
    await rename(fresh, file);
    return true;
  } finally {
    await rm(fresh, { force: true });
  }
}

async function writeFresh(file: string, content: string, mode: number): Promise<string> {
  const fresh = `${file}.${process.pid}.${filesWritten++}.new`;
  // A file that an earlier process with the same id left behind would keep its mode.
  await rm(fresh, { force: true });
  await writeFile(fresh, content, { mode, flag: "wx" });
  return fresh;
}

let filesWritten = 0;
