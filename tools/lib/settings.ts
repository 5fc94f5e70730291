import { readFile } from "node:fs/promises";
import { parse } from "dotenv";
import { expand } from "dotenv-expand";
import type { Environment } from "../../shared/config.ts";
import { UsageError } from "./command-line.ts";

/** The variables that a command line works with, and which of them a file gave. */
export interface Settings {
  /** The process's own win over the file's, as they do when Serverless Devs reads it. */
  readonly env: Environment;
  readonly fileNames: readonly string[];
  /** Those of the file's in whose value a `$` was taken for another variable. */
  readonly expandedNames: readonly string[];
  /**
   * NODE_EXTRA_CA_CERTS of the file, in which the emulator names its authority, even where the process has one of its
   * own.
   */
  readonly fileAuthority: string | undefined;
}

/**
 * Reads the environment with a dotenv file under it, as `npm run deploy` does.
 *
 * @param file undefined for `.env`, which may be missing
 * @throws UsageError when the file cannot be read
 */
export async function readSettings(env: Environment, file: string | undefined): Promise<Settings> {
  const text = await readFile(file ?? ".env", "utf8").catch((error: NodeJS.ErrnoException) => {
    if (file === undefined && error.code === "ENOENT") return "";
    throw new UsageError(`The environment file cannot be read: ${error.message}`);
  });
  // As in UTF-16, in which some editors of Windows save.
  if (text.includes("\0")) throw new UsageError(`${file ?? ".env"} is not UTF-8 text; save it as UTF-8.`);
  const { variables, expandedNames } = readDotenv(text, env);
  return {
    env: { ...env, ...variables },
    fileNames: Object.keys(variables),
    expandedNames,
    fileAuthority: parse(text)["NODE_EXTRA_CA_CERTS"],
  };
}

/** How often Serverless Devs puts variables into values, so that `\$` is one too: `\\\$` is a dollar sign. */
const ROUNDS = 3;

/**
 * The variables that a dotenv file names, with the values that they have over `env`: by the packages that Serverless
 * Devs reads `.env` with, in its order. So a `$` stands for another variable, in a value of the process's own too.
 */
function readDotenv(text: string, env: Environment) {
  const written = parse(text);
  const variables = { ...written };
  const { env: own } = process;
  // dotenv-expand 10, which Serverless Devs has, looks nowhere else.
  process.env = { ...written, ...env };
  try {
    for (let round = 0; round < ROUNDS; round += 1) expand({ parsed: variables });
  } finally {
    process.env = own;
  }
  const plain = (value = "") => value.replaceAll(/\\+\$/g, "$");
  const expandedNames = Object.keys(written).filter(
    (name) => env[name] === undefined && plain(variables[name]) !== plain(written[name]),
  );
  return { variables, expandedNames };
}
