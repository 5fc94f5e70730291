import { createRequire } from "node:module";
import { register } from "tsx/cjs/api";
import { function_, object, safeParse } from "valibot";
import { DeployError } from "./errors.ts";

const Module = object({ default: function_() });

/**
 * Loads the module of the project that a prop names, in JavaScript or TypeScript.
 *
 * @param prop `environmentCheck` or `storage`
 * @returns its default export
 * @throws {DeployError} when there is no such module, or its default export is not a function
 */
export function loadFunction(prop: string, file: string): (...args: unknown[]) => unknown {
  const { success, output } = safeParse(Module, load(prop, file));
  if (!success) throw new DeployError(`${prop} ${file} must have a function as its default export.`);
  return output.default;
}

function load(prop: string, file: string): unknown {
  // Unlike tsx's own `require`, this reuses what the last run compiled.
  const unregister = register();
  try {
    return createRequire(import.meta.url)(file);
  } catch (error) {
    const [message] = String(error instanceof Error ? error.message : error).split("\n");
    throw new DeployError(`${prop} ${file} cannot be loaded: ${message}`);
  } finally {
    unregister();
  }
}
