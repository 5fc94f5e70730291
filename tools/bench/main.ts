import { cp, mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import type { Bench } from "./bench.ts";
import { type Run, type Table, toText } from "./report.ts";
import { startSts } from "./sts.ts";
import { batch } from "./tables/batch.ts";
import { bundleSize } from "./tables/bundle-size.ts";
import { cos } from "./tables/cos.ts";
import { emulator } from "./tables/emulator.ts";
import { startToFirstAnswer } from "./tables/first-answer.ts";
import { memory } from "./tables/memory.ts";
import { quota } from "./tables/quota.ts";
import { startToLoaded } from "./tables/start.ts";
import { warm } from "./tables/warm.ts";
import { prepareWays } from "./ways.ts";

type Measure = (bench: Bench) => Promise<Table | Table[]>;

const TABLES: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ["bundle", bundleSize],
  ["start", startToLoaded],
  ["first-answer", startToFirstAnswer],
  ["warm", warm],
  ["memory", memory],
  ["batch", batch],
  ["quota", quota],
  ["emulator", emulator],
  ["cos", cos],
]);

interface Flags {
  readonly json?: boolean;
  readonly quick?: boolean;
  readonly only: readonly string[];
}

const program = new Command("npm run bench --")
  .description("Measure the functions against a bare minimum and against the SDKs, in one run.")
  .option("--json", "print JSON instead of tables")
  .option("--quick", "take half a minute: fewer rounds, more noise")
  .option("--only <tables...>", `only these of ${[...TABLES.keys()].join(", ")}`, [...TABLES.keys()])
  .allowExcessArguments(false)
  .parse();
const { json, quick = false, only } = program.opts<Flags>();
const unknown = only.find((id) => !TABLES.has(id));
if (unknown !== undefined) program.error(`There is no table named ${unknown}.`);

const directory = await mkdtemp(join(tmpdir(), "bench-"));
const startedAt = performance.now();
const [loadBefore = 0] = loadavg();
const sts = await startSts(directory);
try {
  const functionsDirectory = join(directory, "functions");
  await cp(new URL("../../dist", import.meta.url), functionsDirectory, { recursive: true });
  const ways = await prepareWays(directory, functionsDirectory, sts);
  const bench = { sts, ways, directory, functionsDirectory, quick };
  const tables: Table[] = [];
  for (const [id, measure] of TABLES) {
    if (!only.includes(id)) continue;
    process.stderr.write(`measuring ${id}…\n`);
    tables.push(...[await measure(bench)].flat());
  }
  const [loadAfter = 0] = loadavg();
  const run: Run = {
    node: process.version,
    cpus: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
    load: [loadBefore, loadAfter],
    seconds: (performance.now() - startedAt) / 1000,
    tables,
  };
  console.log(json ? JSON.stringify(run, undefined, 2) : toText(run));
} finally {
  await sts.close();
  await rm(directory, { recursive: true });
}
