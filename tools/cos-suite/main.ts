import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { type GroupResult, isNotImplemented, runSuite } from "./run.ts";

interface Flags {
  readonly only: string;
  readonly timeout: number;
  readonly verbose: boolean;
}

const program = new Command("npm run cos-suite --")
  .description(
    "Run the test/test.js of Tencent's cos-nodejs-sdk-v5, unchanged, against a new emulator, and say per group how " +
      "many cases passed, failed, and failed with a 501.",
  )
  .argument("<folder>", "a clone of cos-nodejs-sdk-v5 in which npm install was run")
  .option("--only <text>", "only groups with this in their title", "")
  .option("--timeout <seconds>", "for one case", seconds, 120)
  .option("--verbose", "why each case failed", false)
  .parse();
const { only, timeout, verbose } = program.opts<Flags>();
const folder = resolve(program.args[0] ?? "");
for (const needed of ["test/test.js", "node_modules/mocha"]) {
  if (existsSync(join(folder, needed))) continue;
  program.error(`${folder} has no ${needed}: clone cos-nodejs-sdk-v5 and run npm install in it.`);
}

console.log(" pass  fail   501  group");
const results = await runSuite({ folder, only, timeoutSeconds: timeout, onGroup: print });
console.log(row(results, "all"));
process.exitCode = results.some(({ failed }) => failed.length > 0) ? 1 : 0;

function print(group: GroupResult): void {
  console.log(row([group], group.title.trim()));
  if (!verbose) return;
  for (const { title, error, refusals } of group.failed) {
    console.log(`         ${title}: ${error}`);
    // The SDK tries again and again.
    const different = new Set(refusals.map((line) => line.replace(/ \d+ bytes \d+ ms/, "")));
    for (const line of different) console.log(`           ${line}`);
  }
}

function row(groups: readonly GroupResult[], title: string): string {
  const failed = groups.flatMap((group) => group.failed);
  const passed = groups.reduce((sum, group) => sum + group.passed, 0);
  const counts = [passed, failed.length, failed.filter(isNotImplemented).length];
  return `${counts.map((count) => String(count).padStart(5)).join(" ")}  ${title}`;
}

function seconds(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("It must be a whole number above 0.");
  return Number(text);
}
