import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type GenericSchema, type InferOutput, safeParse } from "valibot";

/** The whole environment of a process. It gets none of this process's variables, so no NODE_EXTRA_CA_CERTS either. */
export type Environment = Readonly<Record<string, string>>;

/** A process that keeps running and is told what to do, one thing at a time. */
export class Worker {
  readonly #child: ChildProcess;
  /** Its first message. */
  readonly hello: unknown;

  private constructor(child: ChildProcess, hello: unknown) {
    this.#child = child;
    this.hello = hello;
  }

  /** @param first sent at once, for a script that waits for it before its first message */
  static async start(
    script: string,
    args: readonly string[],
    env: Environment,
    execArgv: readonly string[] = [],
    first?: object,
  ): Promise<Worker> {
    const child = fork(script, args, {
      env,
      execArgv: [...execArgv],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    if (first !== undefined) child.send(first);
    return new Worker(child, await answerOf(child));
  }

  async ask(message: object): Promise<unknown> {
    const answer = answerOf(this.#child);
    this.#child.send(message);
    return await answer;
  }

  async close(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}

/** The next message, or an error when the process ends instead. */
async function answerOf(child: ChildProcess): Promise<unknown> {
  const done = new AbortController();
  const died = once(child, "exit", { signal: done.signal }).then(([code]) => {
    throw new Error(`A process ended with ${code}.`);
  });
  try {
    const [message] = await Promise.race([once(child, "message", { signal: done.signal }), died]);
    return message;
  } finally {
    done.abort();
  }
}

/** Reads a worker's answer. @throws Error with the answer, which says what went wrong there */
export function readAnswer<Schema extends GenericSchema>(
  schema: Schema,
  answer: unknown,
): InferOutput<Schema> {
  const { success, output } = safeParse(schema, answer);
  if (!success) throw new Error(`A process failed: ${JSON.stringify(answer)}`);
  return output;
}
