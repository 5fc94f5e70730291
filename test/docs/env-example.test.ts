import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parse } from "dotenv";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { malformedProblems } from "../../deploy/malformed.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

const example = read(".env.example");
const on = parse(example);
/** The file with every commented-out variable switched on. */
const all = parse(example.replaceAll(/^#(?=[A-Z])/gm, ""));
const names = Object.keys(all);

/** The variables in the first column of README's tables. */
const inReadme = [...read("README.md").matchAll(/^\| (`[A-Z][A-Z0-9_]*`[^|]*) \|/gm)].flatMap(
  ([, cell = ""]) => [...cell.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]*)`/g)].flatMap(([, name]) => name ?? []),
);

/** Those of serverless.yml: what functions get, and what it reads itself. */
function inTemplate(): string[] {
  const text = read("serverless.yml");
  const { vars }: { vars: Record<string, (string | Record<string, string>)[]> } = parseYaml(text);
  const given = Object.values(vars)
    .flat()
    .map((one) => (typeof one === "string" ? one : (Object.values(one)[0] ?? "").split(" ")[0]));
  return [...given, ...[...text.matchAll(/\$\{env\('(\w+)'/g)].map(([, name]) => name)].filter(
    (name) => name !== undefined,
  );
}

/** The names that the code reads from an environment. */
const inCode = execFileSync(
  "git",
  ["ls-files", "-z", "functions", "shared", "deploy", "tools", "packages/*/src"],
  {
    cwd: root,
    encoding: "utf8",
  },
)
  .split("\0")
  .filter((path) => /\.ts$/.test(path) && !/^tools\/(bench|cos-suite|load|mutate)\//.test(path))
  .flatMap((path) => [
    ...read(path).matchAll(
      /\b(?:env|variables|deployer)(?:\["|,\s+")([A-Z][A-Z0-9_]+)"|\bvariable: "([A-Z][A-Z0-9_]+)"/g,
    ),
  ])
  .map(([, name, other]) => name ?? other ?? "");

/** The terminal's own, and the one that tells this project's tests where the browser is. */
const NOT_SETTINGS = ["NO_COLOR", "CHROMIUM"];

describe(".env.example", () => {
  test("has every variable of README, each once", () => {
    expect(inReadme.length).toBeGreaterThan(20);
    expect(inReadme.filter((name) => !names.includes(name))).toEqual([]);
    const lines = example.match(/^#?[A-Z][A-Z0-9_]*(?==)/gm)?.map((name) => name.replace("#", ""));
    expect(lines?.sort()).toEqual(names.sort());
  });

  test("has every variable that serverless.yml passes on", () => {
    const handed = inTemplate();
    expect(handed).toEqual(expect.arrayContaining(["COS_BUCKET", "FUNCTION_PREFIX"]));
    expect(handed.filter((name) => !names.includes(name))).toEqual([]);
  });

  test("has every variable that functions and tools read, and no other", () => {
    expect(inCode.filter((name) => !names.includes(name) && !NOT_SETTINGS.includes(name))).toEqual([]);
    const known = [...inReadme, ...inTemplate(), ...inCode];
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });

  test("has no secret, and no value that the functions refuse", () => {
    const values = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
    expect(Object.keys(values).filter((name) => /SECRET(_KEY)?$|TOKEN$|AES_KEY$/.test(name))).toEqual([]);
    // What is missing is secret, or an address of one's own.
    const isGiven = (problem: string) => Object.hasOwn(values, problem.split(" ")[0] ?? "");
    expect(malformedProblems(values).filter(isGiven)).toEqual([]);
  });

  test("sets, as it stands, exactly the variables that have no default", () => {
    expect(Object.entries(on).filter(([, value]) => value !== "")).toEqual([]);
    expect(Object.keys(on)).toEqual([
      "COS_BUCKET",
      "COS_REGION",
      "COS_SECRET_ID",
      "COS_SECRET_KEY",
      "JWT_SECRET",
    ]);
  });
});
