import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  fallback,
  type InferOutput,
  literal,
  number,
  object,
  optional,
  parse,
  picklist,
  string,
  variant,
} from "valibot";
import type { PlatformFailure } from "./platform-failure.ts";
import * as failures from "./platform-failure.ts";
import { peakMemory, watchMemory } from "./resident-memory.ts";

const BOOTSTRAP = fileURLToPath(new URL("./bootstrap.cjs", import.meta.url));

/** How long to wait for the output of a process that has ended. */
const PIPE_GRACE_MS = 200;

export interface InstanceOptions {
  /** Contains the code; also the process's working directory. */
  readonly codeDirectory: string;
  /** `<file>.<export>`, such as `index.main_handler`: what `index.js` exports as `main_handler`. */
  readonly handler: string;
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  /** The limit of the whole process, including its code and its Buffers. */
  readonly memoryMb: number;
  readonly initTimeoutSeconds: number;
  /** One line of the process's standard output or standard error, without its end. */
  readonly onLine: (line: string) => void;
}

/** The outcome of one event. */
export type InstanceAnswer =
  | { readonly ok: true; readonly json: string; readonly memoryBytes: number }
  | { readonly ok: false; readonly failure: PlatformFailure; readonly memoryBytes: number | undefined };

const Bytes = optional(number(), 0);
const Stack = optional(string(), "");

/** What an instance's process sends; see bootstrap.cjs. The function's code can reach the channel and send anything. */
const Message = fallback(
  variant("type", [
    object({ type: literal("ready") }),
    object({
      type: literal("init-error"),
      kind: fallback(picklist(["user-code", "no-handler"]), "user-code"),
      stack: Stack,
    }),
    object({ type: literal("result"), json: string(), memoryBytes: Bytes }),
    object({ type: literal("error"), stack: Stack, memoryBytes: Bytes }),
    object({ type: literal("unknown") }),
  ]),
  { type: "unknown" },
);

type Message = InferOutput<typeof Message>;

/** The process has ended: no message will come. */
type Dead = { readonly type: "dead"; readonly failure: PlatformFailure };

/** One instance of a function: its own process, which handles one event at a time. */
export class Instance {
  /** Resolves when the code is loaded, to a failure if it could not be. */
  readonly ready: Promise<PlatformFailure | undefined>;
  /** Resolves when the process has ended and everything that it wrote was read. */
  readonly closed: Promise<void>;
  readonly #options: InstanceOptions;
  readonly #process: ChildProcess;
  /** Why the process is being killed, when the instance itself does it. */
  #causeOfDeath: PlatformFailure | undefined;
  #ended = false;
  #served = 0;

  constructor(options: InstanceOptions) {
    this.#options = options;
    const { file, exported } = splitHandler(options.handler);
    this.#process = fork(BOOTSTRAP, [join(options.codeDirectory, file), exported], {
      cwd: options.codeDirectory,
      env: options.environment,
      execArgv: [`--max-old-space-size=${options.memoryMb}`],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      serialization: "json",
    });
    this.closed = new Promise((resolve) => {
      this.#process.once("close", () => resolve());
      this.#process.on("error", () => {
        if (this.#process.pid === undefined) resolve();
      });
    });
    this.#process.once("exit", () => {
      this.#ended = true;
      // A process that the function started may keep the pipes open for ever.
      setTimeout(() => {
        this.#process.stdout?.destroy();
        this.#process.stderr?.destroy();
      }, PIPE_GRACE_MS);
    });
    this.#readLines(this.#process.stdout);
    this.#readLines(this.#process.stderr);
    this.ready = this.#load();
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** How many events it has received. */
  get served(): number {
    return this.#served;
  }

  /** Sends it one event; it must be ready, and have finished the previous one. */
  async invoke(
    event: string,
    context: Readonly<Record<string, unknown>>,
    timeoutSeconds: number,
  ): Promise<InstanceAnswer> {
    this.#served += 1;
    const message = this.#next(timeoutSeconds, failures.timeLimitReached(timeoutSeconds));
    if (this.#process.connected) this.#process.send({ event, context }, () => {});
    const answer = await message;
    // What the function wrote before it answered is in the pipe by now; one turn of the loop reads it.
    await nextTurn();
    switch (answer.type) {
      case "result":
        return { ok: true, json: answer.json, memoryBytes: answer.memoryBytes };
      case "error":
        return { ok: false, failure: failures.codeException(answer.stack), memoryBytes: answer.memoryBytes };
      case "dead":
        return { ok: false, failure: answer.failure, memoryBytes: undefined };
      default:
        return { ok: false, failure: await this.#breach(), memoryBytes: undefined };
    }
  }

  /** Pauses the process, as the platform does between events. */
  freeze(): void {
    this.#process.kill("SIGSTOP");
  }

  thaw(): void {
    this.#process.kill("SIGCONT");
  }

  /** Ends the process at once, with `cause` as the answer to its current event. */
  async kill(cause?: PlatformFailure): Promise<void> {
    this.#causeOfDeath ??= cause;
    this.#process.kill("SIGKILL");
    await this.closed;
  }

  async #load(): Promise<PlatformFailure | undefined> {
    const seconds = this.#options.initTimeoutSeconds;
    const message = await this.#next(seconds, failures.initTimeout(seconds));
    switch (message.type) {
      case "ready":
        return undefined;
      case "init-error":
        await this.kill();
        return message.kind === "no-handler"
          ? failures.handlerNotFound(this.#options.handler)
          : failures.codeError(message.stack);
      case "dead":
        return message.failure;
      default:
        return this.#breach();
    }
  }

  /** Handles a message that bootstrap.cjs does not send: the function's code has reached the channel. */
  async #breach(): Promise<PlatformFailure> {
    await this.kill();
    return failures.processExit("the process broke the platform's protocol");
  }

  /**
   * The process's next message, or why there is none. Kills the process when `seconds` pass or it exceeds its memory;
   * then its messages are ignored.
   */
  #next(seconds: number, timeout: PlatformFailure): Promise<Message | Dead> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#causeOfDeath ??= timeout;
        this.#process.kill("SIGKILL");
      }, seconds * 1000);
      const { pid } = this.#process;
      const unwatch = pid === undefined ? undefined : watchMemory(pid, (bytes) => this.#limitMemory(bytes));
      const settle = (outcome: Message | Dead) => {
        clearTimeout(timer);
        unwatch?.();
        this.#process.off("message", onMessage);
        resolve(outcome);
      };
      const onMessage = (value: unknown) => {
        const message = parse(Message, value);
        const told = "memoryBytes" in message ? message.memoryBytes : 0;
        const seen = pid === undefined ? undefined : peakMemory(pid);
        if (!this.#limitMemory(Math.max(told, seen ?? 0))) settle(message);
      };
      this.#process.once("message", onMessage);
      this.closed.then(() => settle({ type: "dead", failure: this.#causeOfDeath ?? this.#exitFailure() }));
    });
  }

  /** Whether `bytes` is too much; if so, kills the process. */
  #limitMemory(bytes: number): boolean {
    const { memoryMb } = this.#options;
    if (bytes <= memoryMb * 1024 * 1024) return false;
    this.#causeOfDeath ??= failures.memoryLimitReached(memoryMb);
    this.#process.kill("SIGKILL");
    return true;
  }

  #exitFailure(): PlatformFailure {
    const { exitCode, signalCode } = this.#process;
    // V8 aborts when its heap is full.
    if (signalCode === "SIGABRT" || exitCode === 134) {
      return failures.memoryLimitReached(this.#options.memoryMb);
    }
    return failures.processExit(signalCode === null ? `code ${exitCode}` : `signal ${signalCode}`);
  }

  #readLines(stream: Readable | null): void {
    if (stream === null) return;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", this.#options.onLine);
  }
}

function splitHandler(handler: string): { file: string; exported: string } {
  const dot = handler.lastIndexOf(".");
  return { file: `${handler.slice(0, dot)}.js`, exported: handler.slice(dot + 1) };
}
