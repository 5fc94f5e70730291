import { createInterface, type Interface } from "node:readline/promises";
import { Writable } from "node:stream";
import { processWorld, type World } from "./world.ts";

/** The world of one run that may change something. */
export interface ChangingWorld extends World {
  /** Asks whoever sits there; undefined when nobody does. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Asks for what nobody is to see, a password; undefined when nobody sits there. */
  readonly askSecret?: ((question: string) => Promise<string>) | undefined;
  /** Where a configuration is saved before it is changed. */
  readonly directory: string;
}

/** Nothing was changed, and the message says why. */
export class NotDone extends Error {
  override readonly name = "NotDone";
}

/** Nothing was changed, since only what would be was to be shown. */
export class DryRun extends Error {
  override readonly name = "DryRun";
}

/** Whether to go on: `-y`, or a yes from whoever sits there. */
export interface Consent {
  readonly yes: boolean;
  /** Whether to end once it is shown what would be changed. */
  readonly dryRun?: boolean;
}

/** @throws NotDone without a yes, or when nobody can be asked; DryRun */
export async function confirm(
  question: string,
  { yes, dryRun = false }: Consent,
  { ask }: ChangingWorld,
): Promise<void> {
  if (dryRun) throw new DryRun("Nothing was changed: --dry-run.");
  if (yes) return;
  if (ask === undefined) {
    throw new NotDone(
      "Nothing was changed: there is no terminal to ask on. Run it again with -y to skip the question.",
    );
  }
  const answer = await ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new NotDone("Nothing was changed.");
}

/** The world of this process, in which a person can be asked when there is a terminal on both sides. */
export function processChangingWorld(): ChangingWorld {
  const isInteractive = process.stdin.isTTY && process.stdout.isTTY;
  return {
    ...processWorld(),
    ask: isInteractive ? askOnTerminal : undefined,
    askSecret: isInteractive ? askUnseen : undefined,
    directory: process.cwd(),
  };
}

async function askOnTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  return await answerOf(terminal, question);
}

/** The question is shown and the answer is not. */
async function askUnseen(question: string): Promise<string> {
  process.stdout.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    return await answerOf(createInterface({ input: process.stdin, output: nowhere, terminal: true }), "");
  } finally {
    process.stdout.write("\n");
  }
}

/**
 * What is answered before the line, or the terminal, ends.
 *
 * @throws NotDone after Ctrl-C or Ctrl-D
 */
export async function answerOf(terminal: Interface, question: string): Promise<string> {
  const gone = () => new NotDone("\nNothing was changed.");
  const ended = new Promise<never>((_, reject) => {
    terminal.once("close", () => reject(gone()));
  });
  const answered = terminal.question(question).catch((error: unknown) => {
    throw error instanceof Error && error.name === "AbortError" ? gone() : error;
  });
  try {
    return await Promise.race([answered, ended]);
  } finally {
    terminal.close();
  }
}
