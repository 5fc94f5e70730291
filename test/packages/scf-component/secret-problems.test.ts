import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { keyProblem, secretProblems } from "../../../packages/scf-component/src/secret-problems.ts";
import { TEST_ACCOUNT } from "../../support/account.ts";
import { startDeployment } from "./support.ts";

describe("a placeholder is called one, and is not told", () => {
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
    expect(problem).toMatch(/^SecretID is a placeholder and no key; /);
    expect(problem?.slice("SecretID is a placeholder and no key; ".length)).not.toContain(value);
  });
});

test.each([" AKIDa", "AKIDa\n", "AKID a"])("%j is told what it has", (value) => {
  expect(keyProblem("SecretKey", value)).toMatch(/^SecretKey has a space or a line break in it/);
});

test("no key is taken for a placeholder", () => {
  for (let count = 0; count < 2000; count += 1) {
    const text = randomBytes(24).toString("base64url");
    expect(keyProblem("SecretKey", text)).toBeUndefined();
    expect(keyProblem("SecretID", `AKID${text}`)).toBeUndefined();
  }
  // A temporary key's id has more letters (https://cloud.tencent.com/document/api/1312/48195).
  expect(keyProblem("SecretID", `AKID${"aB3-_".repeat(16)}`)).toBeUndefined();
});

test.each([
  ["JWT_SECRET", "the-emulator-signs-tokens-with-this-text"],
  ["WX_SECRET", "emulatedminiprogramsecret0000000"],
  ["USER_PREFIX_SECRET", "sixteen letters!"],
  ["COS_SECRET_ID", "AKIDEmulatorEmulatorEmulatorEmulator"],
  ["COS_SECRET_KEY", "EmulatorSecretEmulatorSecret0000"],
])("attack: %s with a value that everybody can read is not put up", (name, value) => {
  const own = { COS_SECRET_ID: TEST_ACCOUNT.secretId, COS_SECRET_KEY: TEST_ACCOUNT.secretKey };
  expect(secretProblems({ ...own, [name]: value })).toEqual([
    `${name} is public: its value stands in this project's source, tests or documentation. Set one of your own.`,
  ]);
});

test("attack: deploy puts up a published secret under a name that no function reads", async () => {
  const deployment = await startDeployment();
  deployment.env = { GREETING: "hello", A_SECRET: "the-emulator-signs-tokens-with-this-text" };
  await expect(deployment.deploy()).rejects.toThrow("Nothing was changed. A_SECRET is public");
  await expect(deployment.plan()).rejects.toThrow("Nothing was changed. A_SECRET is public");
  expect(deployment.proxy.calls).toEqual([]);
});
