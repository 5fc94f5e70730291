import { array, type InferOutput, object, optional, safeParse, string } from "valibot";
import { DeployError } from "./errors.ts";
import type { Project } from "./project.ts";
import { loadFunction } from "./project-module.ts";

const Hosts = array(string());
const Storage = object({
  /** The APPID of the account that owns the bucket; undefined when it is not known. */
  appId: optional(string()),
  /** `host[:port]` that clients upload to. */
  upload: Hosts,
  /** `host[:port]` that clients read from. */
  download: Hosts,
});

/** What a summary says about the bucket that the functions work on. */
export type Storage = InferOutput<typeof Storage>;

const UNKNOWN: Storage = { upload: [], download: [] };

/**
 * Asks the module that the prop `storage` names: only the project knows which variables contain the bucket and its
 * hosts. The module's default export receives a list with the variables of each function.
 *
 * @throws {DeployError} when there is no such module, or it returns something else
 */
export function readStorage({ storage, functions }: Project): Storage {
  if (storage === undefined) return UNKNOWN;
  const ask = loadFunction("storage", storage);
  const answer = orRefuse(() => ask(functions.map(({ environment }) => environment)));
  const { success, output } = safeParse(Storage, answer);
  if (!success) throw new DeployError(`storage ${storage} must return upload and download, lists of hosts.`);
  return output;
}

/** The module's errors are about variables, and addressed to the person who set them, so they are shown as they are. */
function orRefuse(ask: () => unknown): unknown {
  try {
    return ask();
  } catch (error) {
    throw new DeployError(error instanceof Error ? error.message : String(error));
  }
}
