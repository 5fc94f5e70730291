import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";

const text = readFileSync(new URL("../../SECURITY.md", import.meta.url), "utf8");
const named = [...text.matchAll(/`([\w./-]+\.test\.ts)`/g)].flatMap(([, path]) => path ?? []);

/** A bare file name is in the same folder as the one named before it. */
const paths: string[] = [];
for (const path of named) paths.push(path.includes("/") ? path : `${dirname(paths.at(-1) ?? "")}/${path}`);

describe("SECURITY.md names an existing test for each promise:", () => {
  test.each([...new Set(paths)])("%s", (path) => {
    expect(existsSync(new URL(`../${path}`, import.meta.url))).toBe(true);
  });

  test("and there are many", () => {
    expect(paths.length).toBeGreaterThan(30);
  });
});
