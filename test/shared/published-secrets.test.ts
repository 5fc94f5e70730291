import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isPublished } from "../../shared/published-secrets.ts";
import { errorOf, loadBundle, TEST_ENV } from "../support/bundle.ts";

const PUBLISHED = [
  "AKIDEmulatorEmulatorEmulatorEmulator",
  "EmulatorSecretEmulatorSecret0000",
  "the-emulator-signs-tokens-with-this-text",
  "emulatedminiprogramsecret0000000",
  "AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q",
  "BQYIM75p8x0iWVFSIgqEKwFprpRSVHlz",
  "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
  "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
  "AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
  "Gu5t9xGARNpq86cd98joQYCN3*******",
  "AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA",
  "Gu5t9xGARNpq86cd98joQYCN3Cozk1qA",
  "AKIDtest",
  "test-secret-key",
  "0123456789abcdef0123456789abcdef",
  "sixteen letters!",
  "AKIDbench",
  "bench-secret-key",
  "the-bench-signs-tokens-with-this-text",
];

test.each(PUBLISHED)("%s is published", (secret) => {
  expect(isPublished(secret)).toBe(true);
});

test("a randomly generated secret is not", () => {
  for (let count = 0; count < 1000; count += 1) {
    expect(isPublished(randomBytes(24).toString("base64url"))).toBe(false);
  }
  expect(isPublished("")).toBe(false);
});

/** What the functions would accept as a secret, and what a test or documentation might use as one. */
const CONSTANT =
  /(?:\b(?:JWT_SECRET|SECRET|secret)\b["']?\s*[:=]\s*["'`]([^"'`$\n]{32,})["'`]|USER_PREFIX_SECRET["']?\s*[:=]\s*["']([^"'$\\\n]{16,})["'])/g;

test("no file of this repository has a constant that a function would accept as JWT_SECRET or USER_PREFIX_SECRET", () => {
  const root = new URL("../../", import.meta.url);
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0");
  const found = files
    .filter((file) => /\.(ts|js|cjs|mjs|md|yml|json)$/.test(file) && file !== "package-lock.json")
    .flatMap((file) => [...readFileSync(new URL(file, root), "utf8").matchAll(CONSTANT)])
    .map(([, token, prefix]) => token ?? prefix ?? "")
    // A key in PEM is refused (jwt.test.ts).
    .filter((secret) => !isPublished(secret) && !secret.startsWith("-----BEGIN "));
  expect(found).toEqual([]);
});

const own = randomBytes(24).toString("base64url");
const jwt = { ...TEST_ENV, UPLOAD_AUTH: "jwt", JWT_SECRET: own };
const weChat = { JWT_SECRET: own, WX_APPID: "wx1", WX_SECRET: own };
const role = { COS_ROLE_ARN: "qcs::cam::uin/100000000001:roleName/cos-upload", UPLOAD_AUTH: "none" };
const { COS_SECRET_ID: _id, COS_SECRET_KEY: _key, ...keyless } = TEST_ENV;

/** What a cold start reports about its configuration. */
function refusals(log: readonly string[]): string[] {
  return log
    .map((line) => JSON.parse(line))
    .filter(({ code }) => code === "ConfigurationError")
    .map(({ message }) => message);
}

describe("attack: a function is started with a publicly known secret", () => {
  test.each<[string, string, Record<string, string>, string, string]>([
    ["put-sign", "COS_SECRET_ID", TEST_ENV, "AKIDEmulatorEmulatorEmulatorEmulator", "an emulator's key"],
    ["post-policy", "COS_SECRET_KEY", TEST_ENV, "EmulatorSecretEmulatorSecret0000", "an emulator's key"],
    ["object-url", "COS_SECRET_KEY", TEST_ENV, "BQYIM75p8x0iWVFSIgqEKwFprpRSVHlz", "the documentation's key"],
    ["put-sign", "JWT_SECRET", jwt, "the-emulator-signs-tokens-with-this-text", "an emulator's secret"],
    ["login", "JWT_SECRET", weChat, "0123456789abcdef0123456789abcdef", "a test's secret"],
    ["login", "WX_SECRET", weChat, "emulatedminiprogramsecret0000000", "an emulator's AppSecret"],
    ["post-policy", "USER_PREFIX_SECRET", jwt, "sixteen letters!", "a test's secret"],
    [
      "upload-credentials",
      "USER_PREFIX_SECRET",
      { ...keyless, ...role },
      "sixteen letters!",
      "a test's secret",
    ],
    [
      "upload-credentials",
      "JWT_SECRET",
      { ...keyless, ...role },
      "the-emulator-signs-tokens-with-this-text",
      "an emulator's secret for renewals",
    ],
    [
      "upload-credentials",
      "COS_SECRET_KEY",
      { ...keyless, ...role },
      "EmulatorSecretEmulatorSecret0000",
      "an emulator's key for renewals",
    ],
  ])("%s refuses to start with %s", async (name, variable, env, secret) => {
    const { log, main_handler } = loadBundle(name, { ...env, [variable]: secret });
    const message = `${variable} is public: its value is in this project's source, tests or documentation. Set your own.`;
    expect(refusals(log)).toEqual([message]);
    expect(log.join()).not.toContain(secret);
    const answer = await main_handler({ queryString: { ext: "jpg" } });
    expect(answer.statusCode).toBe(500);
    expect(errorOf(answer).code).toBe("ConfigurationError");
    expect(answer.body).not.toContain(secret);
  });

  test.each([
    ["put-sign", jwt],
    ["login", weChat],
    ["upload-credentials", { ...keyless, ...role, USER_PREFIX_SECRET: own }],
  ])("%s starts with a secret of its own", (name, env) => {
    expect(refusals(loadBundle(name, env).log)).toEqual([]);
  });
});
