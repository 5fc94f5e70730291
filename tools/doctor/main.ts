import { run } from "./cli.ts";

try {
  process.exitCode = await run(process.argv.slice(2), {
    env: process.env,
    clock: Date.now,
    isTerminal: process.stdout.isTTY,
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
  });
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  // Not 1: that something fails in the deployment is not what this says.
  process.exitCode = 2;
}
