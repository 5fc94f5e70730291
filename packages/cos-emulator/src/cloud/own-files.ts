import type { Stats } from "node:fs";
import { chmod, mkdir, open, stat } from "node:fs/promises";

/**
 * Thrown for what another user of this machine has put into the data folder's place, or into it: keys that they know,
 * or a `deploy.env` that a shell of the developer's would run. The message says what to do.
 */
export class NotOwnError extends Error {
  override readonly name = "NotOwnError";

  constructor(path: string) {
    super(
      `${path} belongs to another user of this machine, who could have put keys there that they know. Take it away, ` +
        "or choose another folder with --data.",
    );
  }
}

/** @throws {NotOwnError} for a folder of another user; a missing one is made, for its owner alone */
export async function openOwnFolder(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  checkOwner(directory, await stat(directory));
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
