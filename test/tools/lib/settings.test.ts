import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { UsageError } from "../../../tools/lib/command-line.ts";
import { readSettings } from "../../../tools/lib/settings.ts";

const S = fileURLToPath(new URL("../../../node_modules/@serverless-devs/s/bin/s", import.meta.url));

async function folderWith(file: string | Buffer): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "settings-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, ".env"), file);
  return directory;
}

async function read(file: string | Buffer, env: Record<string, string> = {}) {
  return await readSettings(env, join(await folderWith(file), ".env"));
}

/** The environment in which Serverless Devs runs a component beside this `.env`. */
async function environmentUnderS(directory: string, env: Record<string, string>) {
  const out = join(directory, "environment.json");
  const component =
    "module.exports = class { show() { fs.writeFileSync(process.env.OUT, JSON.stringify(process.env)); } };";
  await mkdir(join(directory, "component"));
  await mkdir(join(directory, "home"));
  await writeFile(join(directory, "component/index.js"), `const fs = require("node:fs");\n${component}\n`);
  await writeFile(join(directory, "component/package.json"), '{ "name": "component", "main": "index.js" }');
  await writeFile(
    join(directory, "s.yaml"),
    "edition: 3.0.0\nname: any\naccess: none\nresources:\n  any:\n    component: ./component\n    props: {}\n",
  );
  const child = spawn(process.execPath, [S, "show", "-t", "s.yaml"], {
    cwd: directory,
    env: {
      PATH: process.env["PATH"],
      HOME: join(directory, "home"),
      SERVERLESS_DEVS_CICD: "1",
      NODE_ENV: "test",
      OUT: out,
      ...env,
    },
    stdio: "ignore",
  });
  await new Promise((resolve) => child.once("close", resolve));
  const environment: Record<string, string> = JSON.parse(await readFile(out, "utf8"));
  return environment;
}

const NASTY = [
  "FIRST=after the mark",
  "PLAIN=a b",
  'DOUBLE="one\\ntwo # no comment"',
  "SINGLE='one\\ntwo # no comment $PLAIN'",
  'BACKTICKS=`it\'s "so"`',
  'LINES="one\ntwo"',
  'UNCLOSED="as it is',
  "DOLLARS=pa$$word",
  "ONE_DOLLAR=pa$word",
  "PRICE=5$",
  "ESCAPED=pa\\$PLAIN",
  "ESCAPED_TWICE=pa\\\\$PLAIN",
  "ESCAPED_THRICE=pa\\\\\\$PLAIN",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dotenv-expand's own form
  "BRACES=${PLAIN}-${NOBODY:-default}-${NOBODY}",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dotenv-expand's own form
  "LATER=${LAST}",
  "FROM_SHELL=$SHELL_ONLY",
  "OVER_SHELL=file",
  "BLANK_IN_SHELL=file",
  "COMMENT=value # comment",
  "HASH=value#comment",
  "EQUALS=a=b==",
  "export EXPORTED=1",
  "EMPTY=",
  "COLON: value",
  "  SPACED  =  value  ",
  "TWICE=1",
  "TWICE=2",
  "no variable",
  "# COMMENTED=1",
  "照片=1",
  "DASH-ED.NAME=1",
  "LAST=last",
];
const SHELL = { SHELL_ONLY: "shell", OVER_SHELL: "of the shell's own, $PLAIN", BLANK_IN_SHELL: "" };

test.each([
  ["\\n", "", "\n"],
  ["\\r\\n and a byte order mark", "\uFEFF", "\r\n"],
  ["\\r", "", "\r"],
])("a file with %s is read as Serverless Devs reads it", async (_, mark, lineEnd) => {
  const text = mark + NASTY.join("\n").replaceAll("\n", lineEnd);
  const directory = await folderWith(text);
  const expected = await environmentUnderS(directory, SHELL);
  const { env, fileNames } = await readSettings(SHELL, join(directory, ".env"));
  expect(fileNames.length).toBeGreaterThan(25);
  expect(env).toEqual(Object.fromEntries(Object.keys(env).map((name) => [name, expected[name]])));
});

test("a byte order mark is not part of the first name", async () => {
  const { fileNames } = await read("\uFEFFCOS_SECRET_ID=a\nCOS_BUCKET=b\n");
  expect(fileNames).toEqual(["COS_SECRET_ID", "COS_BUCKET"]);
});

describe("a $", () => {
  test("written as \\\\\\$ is literal", async () => {
    const { env, expandedNames } = await read("JWT_SECRET=pa\\\\\\$word\n");
    expect(env["JWT_SECRET"]).toBe("pa$word");
    expect(expandedNames).toEqual([]);
  });

  test("that was read as a variable is reported, and another is not", async () => {
    const { expandedNames } = await read("A=pa$word\nB=pa$$\nC=$A\nD='5 $'\nE=x$y\n", { E: "of its own" });
    expect(expandedNames).toEqual(["A", "C"]);
  });
});

test("the process's own environment stays unchanged", async () => {
  const before = { ...process.env };
  await read("PATH=/nowhere\nSETTINGS_TEST=1\n");
  expect({ ...process.env }).toEqual(before);
});

test("a file in UTF-16, as some Windows editors save it, is refused by name", async () => {
  await expect(read(Buffer.from("\uFEFFCOS_BUCKET=b\n", "utf16le"))).rejects.toThrow(UsageError);
  await expect(read(Buffer.from("COS_BUCKET=b\n", "utf16le"))).rejects.toThrow(/UTF-8/);
});
