import {
  AccountFileError,
  EnvironmentError,
  NotOwnError,
  PortError,
} from "../packages/cos-emulator/src/index.ts";
import { PORT_FLAGS, readCommandLine } from "./cli.ts";
import { type Dev, NoFunctionsError, startDev } from "./emulator.ts";

/** How often a process that npm started looks whether npm is still there. */
const PARENT_CHECK_MS = 500;
/** How long closing may take before the process ends anyway. */
const CLOSE_LIMIT_MS = 5000;
/** What the file system says when --data is no folder, or not one to write to. */
const NO_FOLDER: ReadonlySet<unknown> = new Set(["ENOTDIR", "EEXIST", "EROFS"]);

// A reader that has gone, as `| head` does, is no reason to stop: the emulator goes on without a log.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const commandLine = readCommandLine(process.argv.slice(2));
if ("exitCode" in commandLine) process.exit(commandLine.exitCode);

try {
  const starting = startDev(commandLine.options);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => leave(starting));
  if (process.env["npm_lifecycle_event"] !== undefined) whenParentIsGone(() => leave(starting));
  const emulator = await starting;
  for (const line of welcome(emulator)) console.log(line);
} catch (error) {
  console.error(explain(error));
  process.exit(error instanceof EnvironmentError ? 2 : 1);
}

/** Signals come more than once: a terminal sends Ctrl-C to the whole group, and runners pass theirs on. */
function leave(starting: Promise<Dev>): void {
  setTimeout(() => process.exit(1), CLOSE_LIMIT_MS).unref();
  starting
    .then((emulator) => emulator.close())
    .then(
      () => process.exit(0),
      () => process.exit(1),
    );
}

/** npm passes a signal on to the shell that it started, which ends without telling its own child. */
function whenParentIsGone(callback: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, PARENT_CHECK_MS);
  timer.unref();
}

function welcome(dev: Dev): string[] {
  const line = (label: string, text: string) => `${label.padEnd(9)}  ${text}`;
  const [first] = dev.functions.keys();
  const example = dev.functions.has("put-sign") ? "put-sign" : first;
  return [
    "",
    ...dev.describe().map(([label, text]) => line(label, text)),
    line("deploy", `into this with ${dev.rehearsalFile}`),
    line("data", dev.dataDirectory),
    line("account", `key ${dev.account.secretId}, Mini Program ${dev.miniProgram.appId}`),
    line("", `the secrets are in ${dev.accountFile}`),
    line("CA", dev.caFile),
    line("try", `curl '${dev.url}/${example}?ext=jpg'`),
    "",
    `ready ${dev.url}`,
  ];
}

function explain(error: unknown): string {
  if (error instanceof PortError) {
    return `${error.message}: choose another with ${PORT_FLAGS[error.service]}.`;
  }
  if (error instanceof NoFunctionsError) return `${error.message}: run npm run build first.`;
  if (
    error instanceof EnvironmentError ||
    error instanceof AccountFileError ||
    error instanceof NotOwnError
  ) {
    return error.message;
  }
  if (error instanceof Error && "code" in error && NO_FOLDER.has(error.code)) {
    return `${error.message}: choose a folder with --data.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
