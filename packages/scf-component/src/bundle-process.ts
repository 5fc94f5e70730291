import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { boolean, fallback, literal, object, optional, parse, string, variant } from "valibot";
import { DeployError } from "./errors.ts";

const CHILD = fileURLToPath(new URL("./bundle-child.cjs", import.meta.url));
const LOAD_TIMEOUT_SECONDS = 65;

/** The first message of bundle-child.cjs. The function runs in that process too and may send anything instead. */
const Loaded = fallback(object({ ok: boolean(), message: optional(string(), "no main_handler") }), {
  ok: false,
  message: "no main_handler",
});

/** Its answer to an event. */
const Called = fallback(
  variant("type", [
    object({ type: literal("result"), json: string() }),
    object({ type: literal("error"), message: string() }),
  ]),
  { type: "error", message: "it sent an unexpected message to the process that called it" },
);

/** A built function on this machine, with its settings. */
export interface Bundle {
  readonly name: string;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
}

/** The outcome of running it. */
export interface LocalRun {
  /** What the handler returned, as JSON; undefined when no event was given. */
  readonly json: string | undefined;
  /** What it wrote to standard output and standard error. */
  readonly lines: readonly string[];
}

/**
 * Loads a built function in its own process, with no variables but its own, and calls it if there is an event.
 *
 * @throws {DeployError} when it does not load, throws, or exceeds its time limit
 */
export async function runBundle(bundle: Bundle, event?: unknown): Promise<LocalRun> {
  const lines: string[] = [];
  const child = fork(CHILD, [join(bundle.directory, "index.js")], {
    cwd: bundle.directory,
    env: { TZ: "UTC", ...(event === undefined ? {} : trustedAuthorities()), ...bundle.environment },
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const closed = new Promise<void>((done) => child.once("close", () => done()));
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on("line", (line) => lines.push(line));
  }
  try {
    const loaded = parse(Loaded, await next(child, LOAD_TIMEOUT_SECONDS, bundle.name));
    if (!loaded.ok) throw new DeployError(`${bundle.name} does not load: ${loaded.message}.`);
    if (event === undefined) return { json: undefined, lines };
    child.send({ event, context: contextOf(bundle) });
    const answer = parse(Called, await next(child, bundle.timeout, bundle.name));
    if (answer.type === "error") throw new DeployError(`${bundle.name} threw: ${answer.message}`);
    return { json: answer.json, lines };
  } finally {
    child.kill("SIGKILL");
    await closed;
  }
}

/** A rehearsal's cloud has its own certificates. Reading them slows the start of Node.js, and only calls need them. */
function trustedAuthorities(): Record<string, string> {
  const file = process.env["NODE_EXTRA_CA_CERTS"];
  return file === undefined ? {} : { NODE_EXTRA_CA_CERTS: file };
}

/** The main fields of SCF's context (https://cloud.tencent.com/document/product/583/9210). */
function contextOf(bundle: Bundle): Readonly<Record<string, unknown>> {
  return {
    request_id: randomUUID(),
    function_name: bundle.name,
    memory_limit_in_mb: bundle.memorySize,
    time_limit_in_ms: bundle.timeout * 1000,
  };
}

function next(child: ChildProcess, seconds: number, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new DeployError(`${name} took longer than ${seconds} seconds.`)),
      seconds * 1000,
    );
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      reject(new DeployError(`${name} ended by itself (${signal ?? `exit code ${code}`}).`));
    });
    child.once("message", (message) => {
      clearTimeout(timer);
      resolve(message);
    });
  });
}
