import { Command, CommanderError } from "commander";
import { keptByNpm } from "./kept-by-npm.ts";
import type { World } from "./world.ts";
import { wrapText } from "./wrap.ts";

/**
 * An exit code. 0: everything is right, or was done. 1: something is wrong, or was not done. 2: something could not be
 * checked, or the arguments are wrong. Each command's --help says what they mean there.
 */
export type ExitCode = 0 | 1 | 2;

/** Something that the user named cannot be used; the message says what. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Errors for which only the message is shown, by their class, with the exit code. */
export type Foreseen = readonly (readonly [kind: abstract new (...args: never[]) => Error, code: ExitCode])[];

/** A command line that writes to `world`, and leaves the exit code to {@link parse}. */
export function commandLine(name: string, description: string, help: string, world: World): Command {
  const program = new Command(name);
  return program
    .description(description)
    .addHelpText("after", help)
    .allowExcessArguments(false)
    .showHelpAfterError("(--help lists the options)")
    .configureOutput({
      writeOut: world.write,
      writeErr: world.writeError,
      outputError: (message, write) => write(withCommands(message, program)),
    })
    .exitOverride();
}

/** A misspelt command of a program that also runs without one: commander takes it for an argument too many. */
function withCommands(message: string, { commands }: Command): string {
  if (commands.length === 0 || !message.includes("Expected 0 arguments")) return message;
  return `${message.trimEnd()} The commands are ${commands.map((command) => command.name()).join(", ")}.\n`;
}

/**
 * Runs the action that the arguments name.
 *
 * @param foreseen in addition to {@link UsageError}, whose exit code is 2
 * @returns the exit code if no action finished: 0 after --help, 2 for wrong arguments; otherwise undefined
 * @throws errors of the action that are not among the foreseen ones
 */
export async function parse(
  program: Command,
  args: readonly string[],
  world: World,
  foreseen: Foreseen = [],
): Promise<ExitCode | undefined> {
  const kept = keptByNpm(program.name(), optionNames(program), world.env);
  if (kept !== undefined) {
    world.writeError(`error: ${wrapText(kept, world.columns)}\n`);
    return 2;
  }
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

/** The long names of a command's options, and of its subcommands'. */
export function optionNames(program: Command): string[] {
  const own = program.options.flatMap(({ long }) => long?.replace(/^--(?:no-)?/, "") ?? []);
  return [...own, ...program.commands.flatMap(optionNames)];
}

/** Runs a command line and sets this process's exit code. */
export async function main<W>(
  run: (args: readonly string[], world: W) => Promise<ExitCode>,
  world: W,
): Promise<void> {
  try {
    process.exitCode = await run(process.argv.slice(2), world);
  } catch (error) {
    console.error(
      wrapText(error instanceof Error ? (error.stack ?? error.message) : String(error), undefined),
    );
    // Not 1, which would mean that something is wrong with what was checked.
    process.exitCode = 2;
  }
}
