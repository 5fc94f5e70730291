import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { type Ending, endingOf, type GroupResult } from "./results.ts";
import { runSuite, SUITES, suiteIn } from "./run.ts";

interface Flags {
  readonly only: string;
  readonly timeout: number;
  readonly verbose: boolean;
}

const program = new Command("npm run cos-suite --")
  .description(
    "Run the tests of one of Tencent's SDKs, unchanged, against a new emulator, and say for each group how many cases " +
      "passed, got a 501 from the emulator, called a Tencent host that is not emulated, or failed.",
  )
  .argument(
    "<folder>",
    `a clone of ${SUITES.map(({ name }) => name).join(", ")} in which npm install was run`,
  )
  .option("--only <text>", "run only groups with this in their title", "")
  .option("--timeout <seconds>", "how long one case may take", seconds, 120)
  .option("--verbose", "say why each case did not pass", false)
  .parse();
const { only, timeout, verbose } = program.opts<Flags>();
const folder = resolve(program.args[0] ?? "");
try {
  const suite = suiteIn(folder);
  console.log(" pass   501  network  fail  group");
  const results = await runSuite(suite, { folder, only, timeoutSeconds: timeout, onGroup: print });
  console.log(row(results, "all"));
  process.exitCode = results.some(({ failed }) => failed.length > 0) ? 1 : 0;
} catch (error) {
  program.error(error instanceof Error ? error.message : String(error));
}

function print(group: GroupResult): void {
  console.log(row([group], group.title.trim()));
  if (!verbose) return;
  for (const { title, error, refusals, elsewhere } of group.failed) {
    console.log(`         ${title}: ${error}`);
    // The SDKs repeat failed requests, so the same line occurs several times.
    const lines = refusals.map((line) => line.replace(/ \d+ bytes \d+ ms/, ""));
    for (const line of new Set([...lines, ...elsewhere])) console.log(`           ${line}`);
  }
}

function row(groups: readonly GroupResult[], title: string): string {
  const endings = groups.flatMap(({ failed }) => failed.map(endingOf));
  const count = (ending: Ending) => endings.filter((one) => one === ending).length;
  const passed = groups.reduce((sum, group) => sum + group.passed, 0);
  const cells = [pad(passed, 5), pad(count("501"), 5), pad(count("network"), 8), pad(count("fail"), 5)];
  return `${cells.join(" ")}  ${title}`;
}

function pad(number: number, width: number): string {
  return String(number).padStart(width);
}

function seconds(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("It must be a whole number above 0.");
  return Number(text);
}
