import { fileURLToPath } from "node:url";
import { require as requireTypeScript } from "tsx/cjs/api";
import { array, function_, object, safeParse, string } from "valibot";
import type { Environment } from "./environment.ts";
import { DeployError } from "./errors.ts";

/**
 * A project's own look over variables before they are put up: what is wrong with them, each in a sentence that holds
 * no value.
 */
export type EnvironmentCheck = (variables: Environment) => readonly string[];

const CheckModule = object({ default: function_() });
const Problems = array(string());

/**
 * Loads the module that `environmentCheck` of serverless.yml names, JavaScript or TypeScript, whose default export is
 * an {@link EnvironmentCheck}.
 *
 * @param file undefined when there is none, and nothing is wrong then
 * @throws {DeployError} when there is no such module, or it is none
 */
export function loadEnvironmentCheck(file: string | undefined): EnvironmentCheck {
  if (file === undefined) return () => [];
  const { success, output } = safeParse(CheckModule, load(file));
  if (!success) throw new DeployError(`environmentCheck ${file} has no function as its default export.`);
  return (variables) => {
    const problems = safeParse(Problems, output.default(variables));
    if (!problems.success) throw new DeployError(`environmentCheck ${file} must return a list of sentences.`);
    return problems.output;
  };
}

function load(file: string): unknown {
  try {
    return requireTypeScript(file, fileURLToPath(import.meta.url));
  } catch (error) {
    const [message] = String(error instanceof Error ? error.message : error).split("\n");
    throw new DeployError(`environmentCheck ${file} cannot be loaded: ${message}`);
  }
}
