import type { Command } from "commander";
import {
  AnswerUnreadable,
  explain,
  isExplained,
  parseAnswers,
  parseRequest,
  RequestUnreadable,
} from "../../packages/cos-explain/src/index.ts";
import { commandLine, type ExitCode, type Foreseen, parse, UsageError } from "../lib/command-line.ts";
import { readNamed } from "../lib/named-files.ts";
import { isColoured, type World } from "../lib/world.ts";
import { decode } from "./decode.ts";
import { ownError, withOwnError } from "./own-error.ts";
import { toJson, toText } from "./report.ts";

/** The world of one run, which may also read standard input. */
export interface ExplainWorld extends World {
  /** The terminal's columns; undefined when they are not known. */
  readonly columns: number | undefined;
  /** Whether a person types standard input. */
  readonly isTyped: boolean;
  readonly readInput: () => Promise<Uint8Array>;
}

interface Flags {
  readonly answer?: string;
  readonly request?: string;
  readonly json?: boolean;
}

const MIN_WIDTH = 40;
const MAX_WIDTH = 100;

/** Explains the refusal in the arguments, and resolves to the exit code. */
export async function run(args: readonly string[], world: ExplainWorld): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = createProgram(world);
  program.action(async (given: string | undefined) => {
    const { answer, request, json } = program.opts<Flags>();
    const error = await readError(given, world);
    const found = explain({
      error,
      ...(answer !== undefined && { answers: parseAnswers(await readText(answer)) }),
      ...(request !== undefined && { request: parseRequest(await readText(request)) }),
    });
    const own = await ownError(error);
    // COS has some codes of the same names.
    const isOwn = own !== undefined && own.code !== found.code;
    const explanation = isOwn ? withOwnError(found, own) : found;
    const layout = {
      isColoured: isColoured(world),
      // Some terminals say that they have no columns.
      width: Math.min(Math.max(world.columns || MAX_WIDTH, MIN_WIDTH), MAX_WIDTH),
    };
    world.write(`${json ? toJson(explanation) : toText(explanation, layout)}\n`);
    code = isExplained(explanation.cause) ? 0 : 1;
  });
  return (await parse(program, args, world, FORESEEN)) ?? code;
}

const FORESEEN: Foreseen = [
  [AnswerUnreadable, 2],
  [RequestUnreadable, 2],
];

const HELP = `
FILE may also be the text itself; without it, standard input is read. The
refusal may be in any form: COS's XML, alone, in a log or quoted by other
programs; JSON.stringify(res) or console.log(err); curl -i or -v; an SDK's or
the client's error; the sentence on the phone; only COS's message or code. Of
the functions' own errors, it shows what docs/errors.md says; of a phone's, a
browser's, SCF's or a CDN's, what they mean.

request.txt is what was sent to COS: curl's command line, or what curl -v or
--trace prints; the browser's "Copy as cURL", "Copy as fetch", "Copy as
PowerShell", HAR or the headers that it shows; OkHttp's log; the head of
HTTP/1.1 or HTTP/2; a signed URL; or JSON: {"method","url","headers","fields",
"fileBytes"}.
answer.json may be a log or a wrapper that contains the answer.

Exit status: 0 if COS's refusal is explained, 1 if it is not one of the known
causes or not COS's, 2 if the arguments are wrong. Nothing leaves this machine,
no secret is needed, and no token or signature is printed.

Examples:
  npm run explain -- error.xml
  npm run explain -- SignatureDoesNotMatch
  npm run explain -- error.xml --answer answer.json --request request.txt
  pbpaste | npm run explain`;

function createProgram(world: World): Command {
  return commandLine(
    "npm run explain --",
    "Explain why COS refused a request, and what differs.",
    HELP,
    world,
  )
    .argument("[FILE]", "COS's answer, or a text that contains it")
    .option("--answer <file>", "the signing function's answer, JSON")
    .option("--request <file>", "the request that was sent to COS")
    .option("--json", "print JSON");
}

async function readError(given: string | undefined, world: ExplainWorld): Promise<string> {
  if (given === undefined || given === "-") {
    if (world.isTyped) world.writeError("Paste COS's error, then press Ctrl-D.\n");
    return decode(await world.readInput());
  }
  if (given.trim() === "" || /[<{\n]|:\/\//.test(given)) return given;
  try {
    return await readText(given);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (isProse(given) || isKnown(given) || (await ownError(given)) !== undefined) return given;
    if (/^[A-Z][A-Za-z]*$/.test(given)) {
      throw new UsageError(`${given} is neither a file nor a code that COS or the functions answer with.`);
    }
    throw error;
  }
}

/** Whether it is words and not the name of a file, which would end in an extension. */
function isProse(given: string): boolean {
  return /\s/.test(given.trim()) && !/\.\w{1,5}$/.test(given);
}

/** Whether the text alone is explained, as COS's or as another's: a code, a status, or a phone's `request:fail`. */
function isKnown(given: string): boolean {
  if (/\.[a-z]\w{0,4}$/i.test(given)) return false;
  const { cause, advice } = explain({ error: given });
  return cause !== "not-a-refusal" || advice.length === 0;
}

async function readText(file: string): Promise<string> {
  return decode(await readNamed(file));
}
