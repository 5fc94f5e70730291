import type { Stats } from "node:fs";
import { chmod, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Thrown for what another user of this machine has put into the data folder's place, or into it: keys that they know,
 * or a `deploy.env` that a shell of the developer's would run. The message says what to do.
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

/** Thrown for a data folder that cannot be made or written to. The message says why, and what to do. */
export class FolderError extends Error {
  override readonly name = "FolderError";

  constructor(directory: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`${directory} cannot be the data folder (${why}): choose another with --data.`, { cause });
  }
}

/**
 * A missing folder is made, for its owner alone.
 *
 * @throws {NotOwnError} for a folder of another user
 * @throws {FolderError} when it cannot be made, or is no folder
 */
export async function openOwnFolder(directory: string): Promise<void> {
  await makeFolder(directory).catch((error: unknown) => {
    throw new FolderError(directory, error);
  });
  checkOwner(directory, await stat(directory));
}

/** Not by mkdir's own `recursive`, which tries for ever where nothing can be made, as below /proc. */
async function makeFolder(directory: string): Promise<void> {
  const missing = await makeOne(directory);
  if (missing === undefined) return;
  const parent = dirname(directory);
  if (parent === directory) throw missing;
  await makeFolder(parent);
  const stillMissing = await makeOne(directory);
  if (stillMissing !== undefined) throw stillMissing;
}

/** What says that its parent is missing; undefined once the folder is there, whoever made it. */
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
 * The text of a file that nobody else has put there; undefined when there is none.
 *
 * @throws {NotOwnError} for a file of another user, where a link leads to one too
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

/** Takes a file with secrets from everybody but its owner, whatever widened its mode. */
export async function closeToOthers(path: string): Promise<void> {
  if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
}

/** Root, who reads and writes everybody's files anyway, is nobody else; Windows has no numbers of users. */
function checkOwner(path: string, { uid }: Stats): void {
  const own = process.getuid?.();
  if (own !== undefined && uid !== own && uid !== 0) throw new NotOwnError(path);
}
