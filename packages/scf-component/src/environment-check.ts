import { array, safeParse, string } from "valibot";
import type { Environment } from "./environment.ts";
import { DeployError } from "./errors.ts";
import { loadFunction } from "./project-module.ts";

/** What else a check may look at. */
export interface Surroundings {
  /** The function's execution role; empty for none. */
  readonly role: string;
  /** The variables of the person who deploys; none when the deploying key is checked. */
  readonly deployer: Environment;
}

/**
 * A project's own check of variables before they are deployed. It returns a sentence for each problem; a sentence must
 * not contain a variable's value.
 *
 * @param variables a function's variables, or the deploying key as `SecretID` and `SecretKey`
 */
export type EnvironmentCheck = (variables: Environment, surroundings: Surroundings) => readonly string[];

const Problems = array(string());

/**
 * Loads the module that the prop `environmentCheck` names. It is JavaScript or TypeScript, and its default export is an
 * {@link EnvironmentCheck}.
 *
 * @param file undefined when the project has no such module; the check then finds no problems
 * @throws {DeployError} when there is no such module, or it does not export a function
 */
export function loadEnvironmentCheck(file: string | undefined): EnvironmentCheck {
  if (file === undefined) return () => [];
  const check = loadFunction("environmentCheck", file);
  return (...given) => {
    const problems = safeParse(Problems, check(...given));
    if (!problems.success) throw new DeployError(`environmentCheck ${file} must return a list of sentences.`);
    return problems.output;
  };
}
