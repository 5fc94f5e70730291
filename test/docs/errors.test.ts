import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as errors from "../../shared/errors.ts";

const page = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");

/** Each code with the status that the page gives it. */
const described = new Map(
  [...page.matchAll(/^### (\w+)\n(\d{3})\. /gm)].map(([, code = "", status]) => [code, Number(status)]),
);

const { ServiceError: _, ConfigurationError: __, ...refusals } = errors;
const given = Object.values(refusals).map((refuse) => {
  const { code, status } = refuse("A sentence.");
  return [code, status] as const;
});

describe("docs/errors.md", () => {
  test.each(given)("describes %s", (code, status) => {
    expect(described.get(code)).toBe(status);
  });

  test("describes no other code", () => {
    expect([...described.keys()].sort()).toEqual(given.map(([code]) => code).sort());
  });
});
