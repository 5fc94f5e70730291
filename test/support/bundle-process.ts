import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { PlatformResponse } from "../../shared/http/response.ts";
import { builtFunction } from "./functions.ts";

interface Answered {
  readonly id: number;
  readonly answer: PlatformResponse;
  /** What the handler threw. */
  readonly failure?: string;
}

/** A function's bundle in its own process: the only way to give it NODE_EXTRA_CA_CERTS. */
export class BundleProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answered: Answered) => void>();
  #output = "";
  #sent = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    }
  }

  /** @param execArgv flags for node itself */
  static async start(
    name: string,
    env: Readonly<Record<string, string>>,
    execArgv: readonly string[] = [],
  ): Promise<BundleProcess> {
    const runner = fileURLToPath(new URL("bundle-child.cjs", import.meta.url));
    const child = fork(runner, [builtFunction(name)], {
      env,
      execArgv: [...execArgv],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const started = new BundleProcess(child);
    await once(child, "message");
    child.on("message", (answered: Answered) => {
      started.#waiting.get(answered.id)?.(answered);
      started.#waiting.delete(answered.id);
    });
    return started;
  }

  /** Everything that the function has written. */
  get output(): string {
    return this.#output;
  }

  /**
   * @param context with more time than anything takes on a busy machine, unless it says how much
   * @throws Error with what the handler threw
   */
  async invoke(event: unknown, context: object = {}): Promise<PlatformResponse> {
    const id = ++this.#sent;
    const { answer, failure } = await new Promise<Answered>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, event, context: { time_limit_in_ms: 60_000, ...context } });
    });
    // What the function wrote before it answered is in the pipe by now; one turn of the loop reads it.
    await nextTurn();
    if (failure !== undefined) throw new Error(failure);
    return answer;
  }

  /** Stops the process as it is, as SCF does between invocations. */
  freeze(): void {
    this.#child.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child.kill("SIGCONT");
  }

  async close(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}
