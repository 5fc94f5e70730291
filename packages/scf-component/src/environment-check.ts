import { createRequire } from "node:module";
import { register } from "tsx/cjs/api";
import { array, function_, object, safeParse, string } from "valibot";
import type { Environment } from "./environment.ts";
import { DeployError } from "./errors.ts";

/** What goes with a function's variables. */
export interface Surroundings {
  /** The function's execution role; empty for none. */
  readonly role: string;
  /** The variables of whoever deploys. */
  readonly deployer: Environment;
}

/**
 * A project's own look over variables before they are put up: what is wrong with them, each in a sentence that holds
 * no value.
 *
 * @param variables one function's, or the key to deploy with, as `SecretID` and `SecretKey`
 */
export type EnvironmentCheck = (variables: Environment, surroundings: Surroundings) => readonly string[];

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
  if (!success) throw new DeployError(`environmentCheck ${file} must have a function as its default export.`);
  return (...given) => {
    const problems = safeParse(Problems, output.default(...given));
    if (!problems.success) throw new DeployError(`environmentCheck ${file} must return a list of sentences.`);
    return problems.output;
  };
}

function load(file: string): unknown {
  // tsx's own `require` would find nothing of what the last run has compiled.
  const unregister = register();
  try {
    return createRequire(import.meta.url)(file);
  } catch (error) {
    const [message] = String(error instanceof Error ? error.message : error).split("\n");
    throw new DeployError(`environmentCheck ${file} cannot be loaded: ${message}`);
  } finally {
    unregister();
  }
}
