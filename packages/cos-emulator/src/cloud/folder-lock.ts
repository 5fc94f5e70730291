import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { FolderError, openOwnFolder, readOwn } from "./own-files.ts";

/** The file that says which process uses a data folder. */
const LOCK = "emulator.pid";

/** Thrown when another emulator uses the data folder. The message says which, and what to do. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";

  constructor(directory: string, file: string, pid: string) {
    super(
      `Another emulator, process ${pid}, is using ${directory}: stop it, or choose another folder with --data. ` +
        `(If process ${pid} is something else by now, delete ${file}.)`,
    );
  }
}

/** The locks that this process holds. */
const held = new Set<string>();

/**
 * Locks a data folder for one emulator: two in one folder would overwrite each other's files. Removes the lock of a
 * process that was killed.
 *
 * @throws {FolderInUseError} when a running emulator has it
 * @throws {NotOwnError} for a folder of another user
 * @throws {FolderError} for one that cannot be created or written to
 */
export async function lockFolder(dataDirectory: string): Promise<{ stop(): Promise<void> }> {
  const directory = resolve(dataDirectory);
  await openOwnFolder(directory);
  const file = join(directory, LOCK);
  while (!(await tryToWrite(directory, file))) await removeStale(directory, file);
  held.add(file);
  return {
    async stop() {
      held.delete(file);
      await rm(file, { force: true });
    },
  };
}

/** @throws {FolderError} */
async function tryToWrite(directory: string, file: string): Promise<boolean> {
  try {
    await writeFile(file, `${process.pid}\n`, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw new FolderError(directory, error);
  }
}

/** @throws {FolderInUseError} when the process that wrote it is running */
async function removeStale(directory: string, file: string): Promise<void> {
  const found = await readOwn(file);
  if (found === undefined) return;
  const pid = found.trim();
  if (held.has(file) || (Number(pid) !== process.pid && isRunning(Number(pid)))) {
    throw new FolderInUseError(directory, file, pid);
  }
  await rm(file, { force: true });
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process refuses the signal, so it is running.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
