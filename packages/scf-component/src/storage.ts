import { array, type InferOutput, object, optional, safeParse, string } from "valibot";
import { DeployError } from "./errors.ts";
import type { Project } from "./project.ts";
import { loadFunction } from "./project-module.ts";

const Hosts = array(string());
const Storage = object({
  /** The number of the account that the bucket belongs to; undefined when it is not known. */
  appId: optional(string()),
  /** `host[:port]` that clients upload to. */
  upload: Hosts,
  /** `host[:port]` that clients read from. */
  download: Hosts,
});

/** The bucket that the functions work on, as far as a summary speaks of it. */
export type Storage = InferOutput<typeof Storage>;

const UNKNOWN: Storage = { upload: [], download: [] };

/**
 * Asks the module that the prop `storage` names, since only the project knows which of its functions' variables are
 * a bucket and its hosts. Its default export is given the variables of each function, in a list.
 *
 * @throws {DeployError} when there is no such module, or it answers something else
 */
export function readStorage({ storage, functions }: Project): Storage {
  if (storage === undefined) return UNKNOWN;
  const ask = loadFunction("storage", storage);
  const answer = orRefuse(() => ask(functions.map(({ environment }) => environment)));
  const { success, output } = safeParse(Storage, answer);
  if (!success) throw new DeployError(`storage ${storage} must return upload and download, lists of hosts.`);
  return output;
}

/** What the module throws is about variables, and written for the person who set them. */
function orRefuse(ask: () => unknown): unknown {
  try {
    return ask();
  } catch (error) {
    throw new DeployError(error instanceof Error ? error.message : String(error));
  }
}
