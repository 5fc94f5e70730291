import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import { startEmulatorProcess } from "../lib/emulator-process.ts";
import { runLoad } from "./load.ts";
import { runParts } from "./parts/run.ts";
import { CALLERS, INSTANCES, QUOTA, runQuota } from "./quota/run.ts";
import type { Phase } from "./workers.ts";

interface Flags {
  readonly signings: number;
  readonly uploads: number;
  readonly maxBytes: number;
  readonly concurrency: readonly number[];
  readonly parts?: number | true;
  readonly quota?: true;
}

function count(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError("It must be a whole number above 0.");
  return Number(text);
}

const { signings, uploads, maxBytes, concurrency, parts, quota } = new Command("npm run load --")
  .description(
    "Sign and upload through an emulator with increasing concurrency, and check every answer and every byte.",
  )
  .option("--signings <number>", "signatures to request", count, 20_000)
  .option("--uploads <number>", "files to upload and read back", count, 2000)
  .option("--max-bytes <number>", "the largest file", count, 65_536)
  .option(
    "--concurrency <list>",
    "how many to run at once, step by step",
    (text) => text.split(",").map(count),
    [1, 4, 16, 64],
  )
  .option(
    "--parts [mebibytes]",
    "instead, upload one large file in parts, over a good network and over a bad one",
    count,
  )
  .option("--quota", "instead, have many callers of one user upload at once, over several instances")
  .allowExcessArguments(false)
  .parse()
  .opts<Flags>();

const root = fileURLToPath(new URL("../..", import.meta.url));
const directory = await mkdtemp(join(tmpdir(), "load-"));
// The time limit of multipart in serverless.yml: the function waits while COS joins the parts.
const emulator = await startEmulatorProcess(directory, join(root, "dist"), ["--timeout", "30"]);
try {
  if (quota) await loadQuota();
  else if (parts === undefined) await loadMany();
  else await loadParts(parts === true ? 1024 : parts);
} finally {
  await emulator.close();
  await rm(directory, { recursive: true });
}
// The upload of the app that was closed half-way never settles, so the process must be ended.
process.exit();

async function loadMany(): Promise<void> {
  console.log("phase      at once   count    per s   p50 ms   p90 ms   p99 ms   max ms  errors");
  const report = await runLoad(emulator, { signings, uploads, maxBytes, concurrency, onPhase: print });
  const errors = report.phases.flatMap((phase) => phase.errors);
  for (const error of errors.slice(0, 20)) console.error(error);
  console.log(
    `\n${report.keys} keys, ${report.duplicateKeys} twice; ${report.filesEqual} files stored as sent; ${errors.length} errors.`,
  );
  if (errors.length > 0 || report.duplicateKeys > 0) process.exitCode = 1;
}

async function loadQuota(): Promise<void> {
  console.log(
    `${CALLERS} callers of one user at once, over ${INSTANCES} instances, with a quota of ${QUOTA} files:`,
  );
  const lines = await runQuota(emulator, join(root, "dist"));
  for (const { store, stored, refused, odd } of lines) {
    console.log(`  ${store}: ${stored} stored, ${stored - QUOTA} more than the quota; ${refused} refused.`);
    for (const one of odd.slice(0, 5)) console.error(`  ${store}: ${one}`);
    if (odd.length > 0 || (store === "Redis" && stored !== QUOTA)) process.exitCode = 1;
  }
  if (lines.length < 2) console.log("  Redis: not measured, since redis-server is not installed.");
}

async function loadParts(mebibytes: number): Promise<void> {
  const report = await runParts(root, directory, emulator, mebibytes * 1024 ** 2, (line) => {
    const { what, seconds, joinSeconds, seen } = line;
    const rate = `${(mebibytes / seconds).toFixed(0)} MiB/s`;
    const trouble = seen ? `, ${seen.parts} parts sent, ${seen.troubled} of them with trouble` : "";
    const joining = `, ${joinSeconds.toFixed(1)} s of that for the join`;
    console.log(`${what}: ${seconds.toFixed(1)} s, ${rate}${joining}${trouble}`);
  });
  const [first = 0, good = 0, bad = 0, last = 0] = report.lines.map(({ seconds }) => seconds);
  // How long COS takes for the join does not depend on the client, and varies.
  const [firstSent = 0, goodSent = 0, badSent = 0, lastSent = 0] = report.lines.map(
    ({ seconds, joinSeconds }) => seconds - joinSeconds,
  );
  const ratio = (seconds: number) => (seconds / ((first + last) / 2)).toFixed(2);
  const sentRatio = (seconds: number) => (seconds / ((firstSent + lastSent) / 2)).toFixed(2);
  const held = (bytes: number) => `${bytes / 1024 ** 2} MiB`;
  console.log(
    `\n${ratio(good)} of a bare client's time on a good network, ${ratio(bad)} on the bad one; ` +
      `without the join ${sentRatio(goodSent)} and ${sentRatio(badSent)}; ` +
      `at most ${held(report.mostBytes)} in memory of ${held(report.allowedBytes)}; ` +
      `${report.isEqual ? "both files are stored as sent" : "A FILE IS NOT STORED AS SENT"}.`,
  );
  if (!report.isEqual || report.mostBytes > report.allowedBytes) process.exitCode = 1;
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
