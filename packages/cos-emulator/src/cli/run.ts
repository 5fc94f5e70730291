import { AccountFileError } from "../cloud/account-file.ts";
import { FolderInUseError } from "../cloud/folder-lock.ts";
import { FolderError, NotOwnError } from "../cloud/own-files.ts";
import { PortError } from "../cloud/service.ts";
import { EnvironmentError } from "../scf/runtime/environment.ts";
import { PORT_FLAGS } from "./command-line.ts";

/** How often a process that npm started checks whether npm still runs. */
const PARENT_CHECK_MS = 500;
/** How long closing may take before the process ends anyway. */
const CLOSE_LIMIT_MS = 5000;
/** The file system's errors when --data is not a folder, or not writable. */
const NO_FOLDER: ReadonlySet<unknown> = new Set(["ENOTDIR", "EEXIST", "EROFS"]);

export interface Program<T> {
  readonly start: () => Promise<T>;
  /** The lines that are printed once everything answers. */
  readonly welcome: (started: T) => readonly string[];
  /** The sentence for an error of the program's own; undefined for any other. */
  readonly explain?: (error: unknown) => string | undefined;
}

/**
 * Runs an emulator as this process, until a signal ends it or the npm that started it is gone. If the start fails,
 * prints why and ends the process with {@link exitCodeOf} the error.
 */
export async function runEmulator<T extends { close(): Promise<void> }>(program: Program<T>): Promise<void> {
  // If the reader of the output is gone, as with `| head`, the emulator continues without a log.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  try {
    const starting = program.start();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => leave(starting));
    if (process.env["npm_lifecycle_event"] !== undefined) whenParentIsGone(() => leave(starting));
    for (const line of program.welcome(await starting)) console.log(line);
  } catch (error) {
    console.error(program.explain?.(error) ?? explainStart(error));
    process.exit(exitCodeOf(error));
  }
}

/** Signals come more than once: a terminal sends Ctrl-C to the whole group, and runners pass theirs on. */
function leave(starting: Promise<{ close(): Promise<void> }>): void {
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

/** The exit code after a failed start: 2 if the options are wrong, otherwise 1. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof EnvironmentError || error instanceof FolderError ? 2 : 1;
}

/** Why an emulator did not start: a sentence for an expected error, a stack for any other. */
export function explainStart(error: unknown): string {
  if (error instanceof PortError) {
    return `${error.message}: choose another with ${PORT_FLAGS[error.service]}.`;
  }
  if (
    error instanceof EnvironmentError ||
    error instanceof AccountFileError ||
    error instanceof FolderInUseError ||
    error instanceof NotOwnError ||
    error instanceof FolderError
  ) {
    return error.message;
  }
  if (error instanceof Error && "code" in error && NO_FOLDER.has(error.code)) {
    return `${error.message}: choose a folder with --data.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
