import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { keyProblem, keyProblems } from "../../../packages/scf-component/src/key-problems.ts";

describe("a placeholder is reported as one, without its value", () => {
  test.each([
    "…",
    "...",
    "AKIDxxxx",
    "AKIDxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "AKID********************************",
    "<SecretId>",
    "<your-key>",
    "your-secret-id",
    "YOUR_SECRET_KEY",
    "SecretKey",
    "{{secret}}",
    "$SECRET_KEY",
    "AKIDEXAMPLE",
    "example",
    "changeme",
    "你的密钥",
    "AKIDid…",
  ])("%s", (value) => {
    const problem = keyProblem("SecretID", value);
    expect(problem).toMatch(/^SecretID is a placeholder, not a key; /);
    expect(problem?.slice("SecretID is a placeholder, not a key; ".length)).not.toContain(value);
  });
});

test.each([" AKIDa", "AKIDa\n", "AKID a"])("for %j, says what is wrong", (value) => {
  expect(keyProblem("SecretKey", value)).toMatch(/^SecretKey contains a space or a line break/);
});

test("a real key never counts as a placeholder", () => {
  for (let count = 0; count < 2000; count += 1) {
    const text = randomBytes(24).toString("base64url");
    expect(keyProblem("SecretKey", text)).toBeUndefined();
    expect(keyProblem("SecretID", `AKID${text}`)).toBeUndefined();
  }
  // A temporary key's id has more characters (https://cloud.tencent.com/document/api/1312/48195).
  expect(keyProblem("SecretID", `AKID${"aB3-_".repeat(16)}`)).toBeUndefined();
});

test("checks only a function's variables whose names are those of keys", () => {
  const variables = {
    COS_SECRET_ID: "AKIDxxxx",
    COS_SECRET_KEY: "…",
    GREETING: "your example",
    JWT_SECRET: "…",
  };
  expect(keyProblems(variables)).toEqual([
    expect.stringMatching(/^COS_SECRET_ID is a placeholder/),
    expect.stringMatching(/^COS_SECRET_KEY is a placeholder/),
  ]);
});

test("a SecretId in place of a SecretKey is a swapped pair", () => {
  const [id, key] = [`AKID${randomBytes(16).toString("hex")}`, randomBytes(16).toString("hex")];
  expect(keyProblems({ COS_SECRET_ID: id, COS_SECRET_KEY: key })).toEqual([]);
  expect(keyProblems({ COS_SECRET_ID: key, COS_SECRET_KEY: id })).toEqual([
    "COS_SECRET_KEY contains a SecretId; the two parts of the key are swapped.",
  ]);
});
