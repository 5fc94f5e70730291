import { readFile } from "node:fs/promises";
import { parse } from "dotenv";
import { expand } from "dotenv-expand";
import type { Environment } from "../../shared/config.ts";
import { UsageError } from "./command-line.ts";
import { type DotenvDoubts, dotenvDoubts } from "./dotenv-doubts.ts";

/** The variables for a command line, and which of them come from a file. */
export interface Settings {
  /** The process's own variables override the file's, as with Serverless Devs. */
  readonly env: Environment;
  readonly fileNames: readonly string[];
  /** The file's variables in whose values a `$` was read as another variable. */
  readonly expandedNames: readonly string[];
  readonly doubts: DotenvDoubts;
  /** NODE_EXTRA_CA_CERTS from the file, where the emulator sets its authority; even if the process has its own. */
  readonly fileAuthority: string | undefined;
}

/**
 * Reads the environment and a dotenv file, which it overrides, as `npm run deploy` does.
 *
 * @param file undefined for `.env`, which may be missing
 * @throws UsageError when the file cannot be read
 */
export async function readSettings(env: Environment, file: string | undefined): Promise<Settings> {
  const text = await readFile(file ?? ".env", "utf8").catch((error: NodeJS.ErrnoException) => {
    if (file === undefined && error.code === "ENOENT") return "";
    throw new UsageError(`The environment file cannot be read: ${error.message}`);
  });
  // This is probably UTF-16, which some Windows editors save.
  if (text.includes("\0")) throw new UsageError(`${file ?? ".env"} is not UTF-8 text; save it as UTF-8.`);
  const { variables, expandedNames } = readDotenv(text, env);
  return {
    env: { ...env, ...variables },
    fileNames: Object.keys(variables),
    expandedNames,
    doubts: dotenvDoubts(text),
    fileAuthority: parse(text)["NODE_EXTRA_CA_CERTS"],
  };
}

/** How many times Serverless Devs expands variables in values. So `\$` is expanded too, and `\\\$` is a dollar sign. */
const ROUNDS = 3;

/**
 * The variables of a dotenv file, with the values that they get together with `env`. This uses the same packages as
 * Serverless Devs, in the same order, so a `$` stands for another variable, even in the process's own values.
 */
function readDotenv(text: string, env: Environment) {
  const written = parse(text);
  const variables = { ...written };
  const { env: own } = process;
  // dotenv-expand 10, which Serverless Devs uses, looks only there.
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
