import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadEnvironmentCheck } from "../../../packages/scf-component/src/environment-check.ts";
import { temporaryFolder } from "../cos-emulator/fixture-functions.ts";

const NOTHING_ELSE = { role: "", deployer: {} };

async function moduleOf(name: string, source: string): Promise<string> {
  const file = join(await temporaryFolder(), name);
  await writeFile(file, source);
  return file;
}

test("a module in TypeScript or CommonJS is used, and without one nothing is wrong", async () => {
  const sources = {
    "check.ts": "export default (variables: object): string[] => Object.keys(variables);",
    "check.cjs": "exports.default = (variables) => Object.keys(variables);",
  };
  for (const [name, source] of Object.entries(sources)) {
    const check = loadEnvironmentCheck(await moduleOf(name, source));
    expect(check({ GREETING: "hello" }, NOTHING_ELSE)).toEqual(["GREETING"]);
  }
  expect(loadEnvironmentCheck(undefined)({ GREETING: "hello" }, NOTHING_ELSE)).toEqual([]);
});

test.each([
  [
    "exports nothing",
    "exports.other = 1;",
    /^environmentCheck .*check\.cjs must have a function as its default export\.$/,
  ],
  ["does not load", "throw new Error('broken');", /^environmentCheck .*check\.cjs cannot be loaded: broken$/],
])("reports a module that %s", async (_, source, says) => {
  const file = await moduleOf("check.cjs", source);
  expect(() => loadEnvironmentCheck(file)).toThrow(says);
});

test("an answer other than sentences refuses the deployment", async () => {
  const check = loadEnvironmentCheck(await moduleOf("check.cjs", "exports.default = async () => [];"));
  expect(() => check({}, NOTHING_ELSE)).toThrow(/must return a list of sentences\.$/);
});

test("reports a missing module", () => {
  expect(() => loadEnvironmentCheck("/nowhere/check.ts")).toThrow(
    /^environmentCheck \/nowhere\/check\.ts cannot be loaded: /,
  );
});
