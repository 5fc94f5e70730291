import { Command, CommanderError } from "commander";
import type { World } from "./world.ts";
import { wrapText } from "./wrap.ts";

/**
 * What a process ends with: all holds, or is done; something does not hold, or was not done; something could not be
 * looked at, or the arguments are wrong. Each command's --help says which of these it means.
 */
export type ExitCode = 0 | 1 | 2;

/** Something that was named cannot be used; the message says what. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Errors of which the message alone is told, by their kind, and what the process then ends with. */
export type Foreseen = readonly (readonly [kind: abstract new (...args: never[]) => Error, code: ExitCode])[];

/** A command line that writes to `world` and leaves ending the process to {@link parse}. */
export function commandLine(name: string, description: string, help: string, world: World): Command {
  return new Command(name)
    .description(description)
    .addHelpText("after", help)
    .allowExcessArguments(false)
    .showHelpAfterError("(--help lists the options)")
    .configureOutput({ writeOut: world.write, writeErr: world.writeError })
    .exitOverride();
}

/**
 * Runs the action that the arguments name.
 *
 * @param foreseen besides {@link UsageError}, after which it is 2
 * @returns what to end with when no action came to its end: 0 after --help, 2 for wrong arguments; else undefined
 * @throws what the action throws and nobody foresaw
 */
export async function parse(
  program: Command,
  args: readonly string[],
  world: World,
  foreseen: Foreseen = [],
): Promise<ExitCode | undefined> {
  try {
    await program.parseAsync([...args], { from: "user" });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const kinds: Foreseen = [[UsageError, 2], ...foreseen];
    const [, code] = kinds.find(([kind]) => error instanceof kind) ?? [];
    if (code === undefined || !(error instanceof Error)) throw error;
    world.writeError(`${wrapText(error.message, world.columns)}\n`);
    return code;
  }
}

/** Runs a command line as this process, which then ends with its code. */
export async function main<W>(
  run: (args: readonly string[], world: W) => Promise<ExitCode>,
  world: W,
): Promise<void> {
  try {
    process.exitCode = await run(process.argv.slice(2), world);
  } catch (error) {
    console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    // Not 1: that something does not hold is not what this says.
    process.exitCode = 2;
  }
}
