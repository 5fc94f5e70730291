import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as errors from "../../shared/errors.ts";

/** Each code with the status that a page gives it. */
function describedOn(page: string): ReadonlyMap<string, number> {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8");
  return new Map(
    [...text.matchAll(/^### (\w+)\n(\d{3})\. /gm)].map(([, code = "", status]) => [code, Number(status)]),
  );
}

const { ServiceError: _, ConfigurationError: __, ...refusals } = errors;
const given = Object.values(refusals).map((refuse) => {
  const { code, status } = refuse("A sentence.");
  return [code, status] as const;
});

describe.each(["errors.md", "errors.zh-CN.md"])("docs/%s", (page) => {
  const described = describedOn(page);

  test.each(given)("describes %s", (code, status) => {
    expect(described.get(code)).toBe(status);
  });

  test("describes no other code", () => {
    expect([...described.keys()].sort()).toEqual(given.map(([code]) => code).sort());
  });
});
