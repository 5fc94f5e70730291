import { readFile } from "node:fs/promises";
import { Command, CommanderError } from "commander";
import {
  AnswerUnreadable,
  explain,
  isExplained,
  parseAnswers,
  parseRequest,
  RequestUnreadable,
  readRefusal,
} from "../../packages/cos-explain/src/index.ts";
import { toJson, toText } from "./report.ts";

/** The world of one run; a test gives its own. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a person reads what is written. */
  readonly isTerminal: boolean;
  /** Columns; undefined when nobody knows. */
  readonly columns: number | undefined;
  /** Whether a person types the standard input. */
  readonly isTyped: boolean;
  readonly readInput: () => Promise<string>;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/** Explained; not one of the known causes; the arguments are wrong. */
export type ExitCode = 0 | 1 | 2;

/** Something that was named cannot be used; the message says what. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

interface Flags {
  readonly answer?: string;
  readonly request?: string;
  readonly json?: boolean;
}

const MIN_WIDTH = 40;
const MAX_WIDTH = 100;

/** Explains what the arguments name, and says with what the process should end. */
export async function run(args: readonly string[], world: World): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = createProgram(world);
  program.action(async (given: string | undefined) => {
    const { answer, request, json } = program.opts<Flags>();
    const explanation = explain({
      error: await readError(given, world),
      ...(answer !== undefined && { answers: parseAnswers(await readNamed(answer)) }),
      ...(request !== undefined && { request: parseRequest(await readNamed(request)) }),
    });
    const layout = {
      isColoured: world.isTerminal && !world.env["NO_COLOR"],
      // Some terminals say that they have no columns.
      width: Math.min(Math.max(world.columns || MAX_WIDTH, MIN_WIDTH), MAX_WIDTH),
    };
    world.write(`${json ? toJson(explanation) : toText(explanation, layout)}\n`);
    code = isExplained(explanation.cause) ? 0 : 1;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const isUsage = [UsageError, AnswerUnreadable, RequestUnreadable].some((kind) => error instanceof kind);
    if (!isUsage || !(error instanceof Error)) throw error;
    world.writeError(`${error.message}\n`);
    return 2;
  }
  return code;
}

const HELP = `
FILE may also be the text itself; without it, standard input is read. Any form
of the refusal does: COS's XML, alone, in a log or quoted by other programs;
JSON.stringify(res) or console.log(err); curl -i or -v; an SDK's or the
client's error; the sentence on the phone; a bare code.

request.txt is what was sent to COS: curl -v's output or command line, the
browser's "Copy as cURL", "Copy as fetch" or HAR, the head of HTTP/1.1 or
HTTP/2, or JSON: {"method","url","headers","fields","fileBytes"}.

Exit status: 0 when the refusal is explained, 1 when it is not one of the
known causes, 2 when the arguments are wrong. Nothing leaves this machine, no
secret is asked for, and no token or signature is printed.

Examples:
  npm run explain -- error.xml
  npm run explain -- SignatureDoesNotMatch
  npm run explain -- error.xml --answer answer.json --request request.txt
  pbpaste | npm run explain`;

function createProgram({ write, writeError }: World): Command {
  return new Command("npm run explain --")
    .description("Say in words why COS refused a request, and what differs.")
    .argument("[FILE]", "COS's answer, or what tells it")
    .option("--answer <file>", "what the signing function answered, JSON")
    .option("--request <file>", "the request that was sent to COS")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .allowExcessArguments(false)
    .showHelpAfterError("(--help lists the options)")
    .configureOutput({ writeOut: write, writeErr: writeError })
    .exitOverride();
}

async function readError(given: string | undefined, world: World): Promise<string> {
  if (given === undefined || given === "-") {
    if (world.isTyped) world.writeError("Paste COS's error, then press Ctrl-D.\n");
    return await world.readInput();
  }
  if (/[<{\n]/.test(given)) return given;
  try {
    return await readNamed(given);
  } catch (error) {
    if (error instanceof UsageError && readRefusal(given) !== undefined) return given;
    throw error;
  }
}

async function readNamed(file: string): Promise<string> {
  try {
    return decoded(await readFile(file));
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new UsageError(`${file} cannot be read${why === "" ? "" : ` (${why})`}.`);
  }
}

/** UTF-8, or the UTF-16 that `>` of Windows PowerShell writes; without its byte order mark. */
function decoded(bytes: Uint8Array): string {
  return new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8").decode(bytes);
}
