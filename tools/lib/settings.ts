import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import type { Environment } from "../../shared/config.ts";
import { UsageError } from "./command-line.ts";

/** The variables that a command line works with, and which of them a file gave. */
export interface Settings {
  /** The process's own win over the file's, as they do when Serverless Devs reads it. */
  readonly env: Environment;
  readonly fileNames: readonly string[];
}

/**
 * Reads the environment with a dotenv file under it.
 *
 * @param file undefined for `.env`, which may be missing
 * @throws UsageError when the file cannot be read
 */
export async function readSettings(env: Environment, file: string | undefined): Promise<Settings> {
  const text = await readFile(file ?? ".env", "utf8").catch((error: NodeJS.ErrnoException) => {
    if (file === undefined && error.code === "ENOENT") return "";
    throw new UsageError(`The environment file cannot be read: ${error.message}`);
  });
  const variables: Environment = parseEnv(text);
  return { env: { ...variables, ...env }, fileNames: Object.keys(variables) };
}
