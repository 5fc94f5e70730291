import { link, rename, rm, writeFile } from "node:fs/promises";

/** Writes a new file and renames it, so that nobody reads half of it and an older file's mode does not stay. */
export async function writePrivately(file: string, content: string, mode: number): Promise<void> {
  await rename(await writeFresh(file, content, mode), file);
}

/**
 * As {@link writePrivately}, for a file that must not take another's place.
 *
 * @returns whether it was written; false when there is one already
 */
export async function createPrivately(file: string, content: string, mode: number): Promise<boolean> {
  const fresh = await writeFresh(file, content, mode);
  try {
    await link(fresh, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    // exFAT and its like have no links.
    await rename(fresh, file);
    return true;
  } finally {
    await rm(fresh, { force: true });
  }
}

async function writeFresh(file: string, content: string, mode: number): Promise<string> {
  const fresh = `${file}.${process.pid}.${fresher++}.new`;
  // What a process of the same number left behind would keep its mode.
  await rm(fresh, { force: true });
  await writeFile(fresh, content, { mode, flag: "wx" });
  return fresh;
}

let fresher = 0;
