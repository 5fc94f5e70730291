import type { Environment } from "../../shared/config.ts";

/** The world of one run of a command line; tests provide their own. */
export interface World {
  readonly env: Environment;
  /** Unix time in milliseconds. */
  readonly clock: () => number;
  /** Whether the output goes to a terminal. */
  readonly isTerminal: boolean;
  /** How many columns the terminal has; undefined when the output goes elsewhere. */
  readonly columns?: number | undefined;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/** The world of this process. */
export function processWorld(): World {
  return {
    env: process.env,
    clock: Date.now,
    isTerminal: process.stdout.isTTY,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
  };
}

/** Whether to write in colours (https://no-color.org). */
export function isColoured({ env, isTerminal }: World): boolean {
  return isTerminal && !env["NO_COLOR"];
}
