import { array, safeParse, string } from "valibot";
import type { Environment } from "./environment.ts";
import { DeployError } from "./errors.ts";
import { loadFunction } from "./project-module.ts";

/** What goes with a function's variables. */
export interface Surroundings {
  /** The function's execution role; empty for none. */
  readonly role: string;
  /** The variables of the person who deploys. */
  readonly deployer: Environment;
}

/**
 * A project's own look over variables before they are put up: what is wrong with them, each in a sentence that holds
 * no value.
 *
 * @param variables one function's, or the key to deploy with, as `SecretID` and `SecretKey`
 */
export type EnvironmentCheck = (variables: Environment, surroundings: Surroundings) => readonly string[];

const Problems = array(string());

/**
 * Loads the module that the prop `environmentCheck` names, JavaScript or TypeScript, whose default export is an
 * {@link EnvironmentCheck}.
 *
 * @param file undefined when there is none, and nothing is wrong then
 * @throws {DeployError} when there is no such module, or it is none
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
