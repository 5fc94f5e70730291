import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { PlatformResponse } from "../../shared/http/response.ts";

/** A built bundle in a process of its own: the only way to give it NODE_EXTRA_CA_CERTS. */
export class BundleProcess {
  readonly #child: ChildProcess;
  #output = "";

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
    const bundle = fileURLToPath(new URL(`../../dist/${name}/index.js`, import.meta.url));
    const child = fork(runner, [bundle], {
      env,
      execArgv: [...execArgv],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const started = new BundleProcess(child);
    await once(child, "message");
    return started;
  }

  /** Everything that the function has written. */
  get output(): string {
    return this.#output;
  }

  async invoke(event: unknown, context: object = {}): Promise<PlatformResponse> {
    const answer = once(this.#child, "message");
    this.#child.send({ event, context });
    const [message] = await answer;
    return message.answer;
  }

  async close(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}
