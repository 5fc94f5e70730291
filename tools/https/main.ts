import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "./cli.ts";

const isInteractive = process.stdin.isTTY && process.stdout.isTTY;

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

try {
  process.exitCode = await run(process.argv.slice(2), {
    env: process.env,
    clock: Date.now,
    isTerminal: process.stdout.isTTY,
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    ask: isInteractive ? ask : undefined,
    sleep: (ms) => sleep(ms),
    directory: process.cwd(),
  });
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 2;
}
