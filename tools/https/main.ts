import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { main } from "../lib/command-line.ts";
import { processWorld } from "../lib/world.ts";
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

await main(run, {
  ...processWorld(),
  ask: isInteractive ? ask : undefined,
  sleep: (ms) => sleep(ms),
  directory: process.cwd(),
});
