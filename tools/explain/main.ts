import { text } from "node:stream/consumers";
import { run } from "./cli.ts";

try {
  process.exitCode = await run(process.argv.slice(2), {
    env: process.env,
    isTerminal: process.stdout.isTTY,
    columns: process.stdout.columns,
    isTyped: process.stdin.isTTY,
    readInput: () => text(process.stdin),
    write: (out) => process.stdout.write(out),
    writeError: (out) => process.stderr.write(out),
  });
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  // Not 1: that the cause is unknown is not what this says.
  process.exitCode = 2;
}
