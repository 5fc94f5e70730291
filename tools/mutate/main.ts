import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { Stryker } from "@stryker-mutator/core";
import { Command } from "commander";
import { EXPLAINED } from "./explained.ts";

/** The files that decide who may write what, where and for how long. If any of them changes, a test must fail. */
const MUTATED = [
  "shared/auth/{jwt,jwt-config,key-set,seal,seal-secret,user-segment,webcrypto}.ts",
  "shared/cos/*.ts",
  "shared/sts/*.ts",
  "shared/object/{check-rules,limits,media-type,object-key,rule,rule-fault}.ts",
  "shared/upload/{conditions,file,file-list,new-object,post,put,sign}.ts",
  "shared/upload/multipart/*.ts",
  "functions/login/token.ts",
  "shared/download/{processing,question,read}.ts",
  "functions/upload-credentials/{credentials,renewal}.ts",
];

const program = new Command("npm run mutate --")
  .description("Change the sources in every way, one at a time, and name the changes that no test notices.")
  .argument("[files...]", "change only these; by default, what decides who may write what")
  .option(
    "--tests <folder>",
    "run only the tests in this folder, which takes seconds; another test may notice what they miss; repeatable",
    (folder: string, others: readonly string[] = []) => [...others, folder],
  )
  .option("--concurrency <number>", "how many processors to use", "2")
  .parse();
const { concurrency, tests } = program.opts<{ concurrency: string; tests?: readonly string[] }>();
if (tests !== undefined) process.env["MUTATE_TESTS"] = tests.join(",");

type Mutants = Awaited<ReturnType<Stryker["runMutationTest"]>>;

const mutants = await new Stryker({
  mutate: program.args.length > 0 ? program.args : MUTATED,
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  // All tests run, not only those that Vitest finds related, since a mutant may change which modules are loaded.
  vitest: { configFile: "vitest.mutate.config.ts", related: false },
  concurrency: Number(concurrency),
  timeoutMS: 20_000,
  reporters: ["progress-append-only"],
  // Stryker would rewrite the project's references with TypeScript's API, which TypeScript 7 lacks. There are none.
  tsconfigFile: "none",
  tempDirName: ".stryker-tmp",
  ignorePatterns: ["dist", ".emulator", ".platforms", "deploy", "miniprogram"],
}).runMutationTest();

const survivors = await Promise.all(
  mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage").map(describe),
);
const files = new Set(mutants.map(({ fileName }) => relative(process.cwd(), fileName)));
const outdated = EXPLAINED.map(({ mutant }) => mutant).filter((mutant) =>
  files.has(mutant.split(": ")[0] ?? ""),
);
// An entry explains one mutant: another place in the file where the same change survives needs its own.
const unexplained = survivors.filter(({ mutant }) => {
  const index = outdated.indexOf(mutant);
  if (index >= 0) outdated.splice(index, 1);
  return index < 0;
});
const valid = mutants.filter(({ status }) => status !== "CompileError" && status !== "Ignored").length;
console.log(
  `${valid} mutants: ${valid - survivors.length} killed, ${survivors.length - unexplained.length} explained, ${unexplained.length} survived.`,
);
for (const { place, mutant } of unexplained) console.log(`survived  ${place}  ${mutant}`);
for (const mutant of outdated) console.log(`explained, but killed or gone: ${mutant}`);
if (unexplained.length + outdated.length > 0) process.exitCode = 1;

/** Describes a mutant as `<file>: <original> → <replacement>`, on one line. */
async function describe({ fileName, location: { start, end }, replacement }: Mutants[number]) {
  const file = relative(process.cwd(), fileName);
  const lines = (await readFile(fileName, "utf8")).split("\n").slice(start.line - 1, end.line);
  const last = lines.length - 1;
  const original = lines
    .map((line, i) => line.slice(i === 0 ? start.column - 1 : 0, i === last ? end.column - 1 : undefined))
    .join("\n");
  return {
    place: `${file}:${start.line}`,
    mutant: `${file}: ${oneLine(original)} → ${oneLine(replacement ?? "")}`,
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
