import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import { startEmulatorProcess } from "../lib/emulator-process.ts";
import { runLoad } from "./load.ts";
import type { Phase } from "./workers.ts";

interface Flags {
  readonly signings: number;
  readonly uploads: number;
  readonly maxBytes: number;
  readonly concurrency: readonly number[];
}

function count(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError("It must be a whole number above 0.");
  return Number(text);
}

const { signings, uploads, maxBytes, concurrency } = new Command("npm run load --")
  .description(
    "Sign and upload through an emulator at rising concurrency, and check every answer and every byte.",
  )
  .option("--signings <number>", "signatures to ask for", count, 20_000)
  .option("--uploads <number>", "files to upload and read back", count, 2000)
  .option("--max-bytes <number>", "the largest file", count, 65_536)
  .option(
    "--concurrency <list>",
    "how many at once, step by step",
    (text) => text.split(",").map(count),
    [1, 4, 16, 64],
  )
  .allowExcessArguments(false)
  .parse()
  .opts<Flags>();

const directory = await mkdtemp(join(tmpdir(), "load-"));
const emulator = await startEmulatorProcess(directory, fileURLToPath(new URL("../../dist", import.meta.url)));
try {
  console.log("phase      at once   count    per s   p50 ms   p90 ms   p99 ms   max ms  errors");
  const report = await runLoad(emulator, { signings, uploads, maxBytes, concurrency, onPhase: print });
  const errors = report.phases.flatMap((phase) => phase.errors);
  for (const error of errors.slice(0, 20)) console.error(error);
  console.log(
    `\n${report.keys} keys, ${report.duplicateKeys} twice; ${report.filesEqual} files stored as sent; ${errors.length} errors.`,
  );
  if (errors.length > 0 || report.duplicateKeys > 0) process.exitCode = 1;
} finally {
  await emulator.close();
  await rm(directory, { recursive: true });
}

function print({ what, concurrency, count, seconds, latencyMs, errors }: Phase): void {
  const { p50, p90, p99, max } = latencyMs;
  const cells = [
    String(concurrency).padStart(7),
    String(count).padStart(7),
    (count / seconds).toFixed(0).padStart(8),
    ...[p50, p90, p99, max].map((ms) => ms.toFixed(1).padStart(8)),
    String(errors.length).padStart(7),
  ];
  console.log(what.padEnd(10), cells.join(" "));
}
