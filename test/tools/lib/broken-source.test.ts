import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

test("a source that tsx cannot read is named in one line, with its place and the reason", async () => {
  const directory = await mkdtemp(join(tmpdir(), "broken-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, "rules.ts"), "export const rules = {\n  a: 1\n  b: 2,\n};\n");
  const helper = JSON.stringify(join(process.cwd(), "tools/lib/broken-source.ts"));
  const program = `
    const { brokenSource } = await import(${helper});
    process.chdir(${JSON.stringify(directory)});
    await import(${JSON.stringify(join(directory, "rules.ts"))}).catch((error) => console.log(brokenSource(error)));
    console.log(brokenSource(new TypeError("x is not a function")));`;
  const args = ["--import", "tsx", "--input-type=module", "-e", program];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toBe('rules.ts:3:2: Expected "}" but found "b"\nundefined\n');
});
