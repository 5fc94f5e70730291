import type { Stats } from "node:fs";
import { chmod, lstat, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Thrown when the data folder or a file in it belongs to another user of this machine, who could have put keys there
 * that they know, or a `deploy.env` that the developer's shell would run. The message says what to do.
 */
export class NotOwnError extends Error {
  override readonly name = "NotOwnError";

  constructor(path: string) {
    super(
      `${path} belongs to another user of this machine, who could have put keys there that they know. Remove it, ` +
        "or choose another folder with --data.",
    );
  }
}

/** Thrown for a data folder that cannot be created or written to. The message says why, and what to do. */
export class FolderError extends Error {
  override readonly name = "FolderError";

  constructor(directory: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`${directory} cannot be the data folder (${why}): choose another with --data.`, { cause });
  }
}

/**
 * Creates the folder if it is missing, for its owner alone.
 *
 * @throws {NotOwnError} for a folder, or a link to one, of another user
 * @throws {FolderError} when it cannot be created, or is not a folder
 */
export async function openOwnFolder(directory: string): Promise<void> {
  await makeFolder(directory).catch((error: unknown) => {
    throw new FolderError(directory, error);
  });
  // Through another user's link, the emulator would write into this user's own folders.
  checkOwner(directory, await lstat(directory));
  checkOwner(directory, await stat(directory));
}

/** Without mkdir's own `recursive`, which tries for ever where nothing can be created, such as below /proc. */
async function makeFolder(directory: string): Promise<void> {
  const missing = await makeOne(directory);
  if (missing === undefined) return;
  const parent = dirname(directory);
  if (parent === directory) throw missing;
  await makeFolder(parent);
  const stillMissing = await makeOne(directory);
  if (stillMissing !== undefined) throw stillMissing;
}

/** Returns the error if the parent is missing; undefined once the folder exists, whoever created it. */
async function makeOne(directory: string): Promise<Error | undefined> {
  try {
    await mkdir(directory, { mode: 0o700 });
    return undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST" && (await stat(directory)).isDirectory()) return undefined;
    if (code === "ENOENT" && error instanceof Error) return error;
    throw error;
  }
}

/**
 * The text of a file that belongs to this user; undefined when there is none.
 *
 * @throws {NotOwnError} for a file of another user, even one that a link leads to
 */
export async function readOwn(path: string): Promise<string | undefined> {
  const file = await open(path, "r").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    checkOwner(path, await file.stat());
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/** Closes a file with secrets to everybody but its owner, whatever widened its mode. */
export async function closeToOthers(path: string): Promise<void> {
  if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
}

/** Accepts root's files, since root can read and write every file anyway. Windows has no user ids. */
function checkOwner(path: string, { uid }: Stats): void {
  const own = process.getuid?.();
  if (own !== undefined && uid !== own && uid !== 0) throw new NotOwnError(path);
}
