import { type ParseArgsConfig, parseArgs } from "node:util";
import { array, fallback, parse, string } from "valibot";
import { DeployError } from "./errors.ts";

/** The options of Serverless Devs itself, which it also passes on to the command. */
const OF_SERVERLESS_DEVS = {
  template: { type: "string", short: "t" },
  access: { type: "string", short: "a" },
  "output-format": { type: "string", short: "o" },
  env: { type: "string" },
  debug: { type: "boolean" },
  silent: { type: "boolean" },
  "skip-actions": { type: "boolean" },
  help: { type: "boolean", short: "h" },
  y: { type: "boolean", short: "y" },
} satisfies ParseArgsConfig["options"];

/** A command's arguments. */
export interface Arguments {
  /** The value of an option; undefined when it is not given. @throws {DeployError} when it is given twice */
  one(name: string): string | undefined;
  /** All values of an option, in order. */
  all(name: string): readonly string[];
  /** Whether `-y` answers yes to every question. */
  readonly yes: boolean;
}

/** @throws {DeployError} for an option that the command does not have */
export function readArguments(args: readonly string[], options: readonly string[]): Arguments {
  const specs = Object.fromEntries(
    options.map((name) => [name, { type: "string", multiple: true } as const]),
  );
  const values = valuesOf(args, specs);
  const all = (name: string) => parse(Texts, values[name]);
  return {
    all,
    one(name) {
      const [first, second] = all(name);
      if (second !== undefined) throw new DeployError(`--${name} is given twice.`);
      return first;
    },
    yes: values["y"] === true,
  };
}

/** An option's values; none when it is not given. */
const Texts = fallback(array(string()), []);

function valuesOf(
  args: readonly string[],
  specs: ParseArgsConfig["options"],
): Readonly<Record<string, unknown>> {
  try {
    return parseArgs({ args: [...args], options: { ...OF_SERVERLESS_DEVS, ...specs }, strict: true }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new DeployError(`${message.split(". ")[0]?.replace(/\.$/, "")}.`);
  }
}
