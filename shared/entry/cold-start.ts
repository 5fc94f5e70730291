import type { Environment } from "../config.ts";
import { ConfigurationError } from "../errors.ts";
import { writeLine } from "./log.ts";

/**
 * Runs a function's setup on the environment, once, as its bundle is loaded. A ConfigurationError is logged,
 * and the function then has nothing to work with; any other error is a bug and ends the start.
 */
export function coldStart<T>(name: string, setup: (env: Environment) => T): T | undefined {
  try {
    return setup(process.env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    writeLine({ level: "error", function: name, code: error.name, message: error.message });
    return undefined;
  }
}
