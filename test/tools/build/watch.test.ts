import { readFileSync, writeFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Watch, watchFunctions } from "../../../tools/build/watch.ts";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));

let root: string;
let watch: Watch;
let built: string[];
let said: string[];
/** The latest bundle of each function. */
const code = new Map<string, string>();
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "watch-"));
  await mkdir(join(root, "functions"));
  for (const folder of ["shared", "functions/cert-watch", "functions/object-url"])
    await cp(join(PROJECT, folder), join(root, folder), { recursive: true });
  await symlink(join(PROJECT, "node_modules"), join(root, "node_modules"));
  await symlink(join(PROJECT, "packages"), join(root, "packages"));
  built = [];
  said = [];
  watch = watchFunctions({
    root,
    names: ["cert-watch", "object-url"],
    onBundle: async (name, file) => {
      code.set(name, await readFile(file, "utf8"));
      built.push(name);
    },
    log: (line) => said.push(line),
  });
  await watch.ready;
});
afterAll(async () => {
  await watch.close();
  await rm(root, { recursive: true });
});

/** In one turn of the loop: a slow machine would build from the file while it is empty. */
function save(file: string, change: (text: string) => string): void {
  const path = join(root, file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

/** Waits until the last step reports a rebuild. @returns what was rebuilt */
async function rebuilt(): Promise<string[]> {
  await expect.poll(() => said.some((line) => line.includes(" was rebuilt in "))).toBe(true);
  said.splice(0);
  return built.splice(0);
}

test("saving a file rebuilds only the functions that use it; a failed build changes nothing", async () => {
  save(
    "functions/object-url/index.ts",
    (text) =>
      `${text}\nconsole.log("first change, and as much more as no budget has room for: ${"x".repeat(60_000)}");\n`,
  );
  expect(await rebuilt()).toEqual(["object-url"]);
  expect(code.get("object-url")).toContain("first change");

  const works = await readFile(join(root, "functions/object-url/index.ts"), "utf8");
  save("functions/object-url/index.ts", (text) => `${text}\nconst = ;\n`);
  const isToldWhy = () =>
    said.some((line) =>
      /^object-url was not rebuilt, and runs as before: functions\/object-url\/index\.ts:\d+:6: Expected identifier/.test(
        line,
      ),
    );
  await expect.poll(isToldWhy).toBe(true);
  expect(built).toEqual([]);
  save("functions/object-url/index.ts", () => works);
  await expect
    .poll(() => said.includes("everything builds again, and it is the code that is running"))
    .toBe(true);
  save("functions/object-url/index.ts", (text) => `${text}\nconst = ;\n`);
  save("functions/object-url/index.ts", (text) => text.replace("const = ;", 'console.log("second change");'));
  expect(await rebuilt()).toEqual(["object-url"]);
  expect(code.get("object-url")).toContain("second change");
});

test("an invalid rule changes nothing either, and what was saved with it is built once the rule is valid", async () => {
  said.splice(0);
  const rules = await readFile(join(root, "shared/object/rules.ts"), "utf8");
  save("shared/object/rules.ts", (text) => text.replace(/maxBytes: [^,]+/, "maxBytes: -1"));
  await expect.poll(() => said.length > 0).toBe(true);
  expect(said).toEqual([
    expect.stringContaining('nothing was rebuilt, and everything runs as before: The rule "'),
  ]);
  save("functions/object-url/index.ts", (text) => `${text}\nconsole.log("third change");\n`);
  await expect.poll(() => said.length > 1).toBe(true);
  expect(built).toEqual([]);
  save("shared/object/rules.ts", () => rules);
  expect(await rebuilt()).toContain("object-url");
  expect(code.get("object-url")).toContain("third change");
});

test("what prevents several builds is reported once, with its place, even in the rules", async () => {
  for (const [file, told] of [
    [
      "shared/entry/log.ts",
      "cert-watch, object-url were not rebuilt, and run as before: shared/entry/log.ts:",
    ],
    ["shared/object/rules.ts", "nothing was rebuilt, and everything runs as before: shared/object/rules.ts:"],
  ] as const) {
    const works = await readFile(join(root, file), "utf8");
    said.splice(0);
    save(file, (text) => `${text}\nconst = ;\n`);
    await expect.poll(() => said.length > 0).toBe(true);
    expect(said).toEqual([expect.stringContaining(told)]);
    save(file, () => works);
    await expect.poll(() => said.length > 1).toBe(true);
    expect(said.slice(1)).toEqual(["everything builds again, and it is the code that is running"]);
  }
});
