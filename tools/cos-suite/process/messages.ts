import { fork } from "node:child_process";
import { on } from "node:events";
import type { SuiteContext } from "../suite.ts";

/**
 * Runs a script, and yields the messages that it sends over IPC until it ends. Its process gets none of this process's
 * environment, except PATH.
 */
export async function* messagesOf<T>(
  script: URL,
  parameters: readonly string[],
  { emulator, directory }: SuiteContext,
  environment: Readonly<Record<string, string>>,
): AsyncGenerator<T> {
  const ended = new AbortController();
  const child = fork(script, [...parameters], {
    cwd: directory,
    env: {
      PATH: process.env["PATH"],
      HOME: directory,
      NODE_EXTRA_CA_CERTS: emulator.caFile,
      ...environment,
    },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  child.once("exit", () => ended.abort());
  try {
    for await (const [message] of on(child, "message", { signal: ended.signal })) yield message;
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  } finally {
    child.kill();
  }
}
