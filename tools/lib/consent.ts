import { createInterface, type Interface } from "node:readline/promises";
import { Writable } from "node:stream";
import { processWorld, type World } from "./world.ts";

/** The world of one run that may change something. */
export interface ChangingWorld extends World {
  /** Asks the person at the terminal; undefined when there is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Asks for a password, which is not shown; undefined when there is nobody to ask. */
  readonly askSecret?: ((question: string) => Promise<string>) | undefined;
  /** The folder in which a configuration is saved before it is changed. */
  readonly directory: string;
}

/** Nothing was changed, and the message says why. */
export class NotDone extends Error {
  override readonly name = "NotDone";
}

/** Nothing was changed, because the run only shows what would change. */
export class DryRun extends Error {
  override readonly name = "DryRun";
}

/** Whether to make the change. */
export interface Consent {
  /** Whether `-y` was given. Otherwise the person at the terminal is asked. */
  readonly yes: boolean;
  /** Whether to stop after showing what would change. */
  readonly dryRun?: boolean;
}

/** Asks for consent. @throws NotDone without a yes, or when there is nobody to ask; DryRun */
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

/** The world of this process. It can ask a person if both standard input and output are a terminal. */
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

/** Asks a question without showing what is typed. */
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
 * Asks a question and resolves to the answer.
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
