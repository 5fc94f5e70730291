import type { Bundle, LocalRun } from "./bundle-process.ts";
import { DeployError } from "./errors.ts";
import { type DeployedFunction, isChanging, observe } from "./observe.ts";
import type { Pace, Scf } from "./scf-client.ts";

/** Prints one line of progress about a function or a domain. */
export type Say = (about: string, line: string) => void;

/** What every step of a deployment needs. */
export interface Tools {
  readonly scf: Scf;
  readonly pace: Pace;
  readonly say: Say;
  /** Loads a built function here, with its variables, and resolves to what it wrote. */
  readonly load: (bundle: Bundle) => Promise<LocalRun>;
}

/** How often a wait reports that it is still going on. */
const PROGRESS_MS = 5000;

/**
 * Calls `look` repeatedly until it returns something other than undefined.
 *
 * @param doing what is waited for, such as `Creating`
 * @throws {DeployError} when the deadline passes
 */
export async function until<T>(
  about: string,
  doing: () => string,
  look: () => Promise<T | undefined>,
  { pace, say }: Tools,
  deadlineMs: number = pace.deadlineMs,
): Promise<T> {
  const started = pace.now();
  let saidMs = 0;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    const elapsedMs = pace.now() - started;
    const seconds = Math.round(elapsedMs / 1000);
    if (elapsedMs >= deadlineMs) {
      throw new DeployError(
        `${about} is still ${doing()} after ${seconds} s: run this again later to continue.`,
      );
    }
    if (elapsedMs - saidMs >= PROGRESS_MS) {
      saidMs = elapsedMs;
      say(about, `${doing()}, ${seconds} s`);
    }
    await pace.sleep(pace.pollMs);
  }
}

/** Waits until a function is no longer changing; resolves to undefined when there is no such function. */
export async function settled(functionName: string, tools: Tools): Promise<DeployedFunction | undefined> {
  let status = "";
  const { found } = await until(
    functionName,
    () => status,
    async () => {
      const found = await observe(tools.scf, functionName);
      status = found?.status ?? "";
      return found !== undefined && isChanging(found) ? undefined : { found };
    },
    tools,
  );
  return found;
}
