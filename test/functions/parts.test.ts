import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { rules } from "../../shared/object/rules.ts";
import { errorOf, loadFile, TEST_ENV } from "../support/bundle.ts";
import { builtFunction } from "../support/functions.ts";

/** put-sign alone in a folder with only these of its parts, started with these extra variables. */
async function startWith(parts: readonly string[], env: Record<string, string>) {
  const directory = await mkdtemp(join(tmpdir(), "alone-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const built = builtFunction("put-sign");
  const file = join(directory, "index.js");
  await copyFile(built, file);
  for (const part of parts) await copyFile(join(dirname(built), part), join(directory, part));
  const { main_handler, log } = loadFile(file, { ...TEST_ENV, ...env });
  return { answer: await main_handler({ queryString: { ext: "jpg" } }), log: log.join("\n") };
}

test("index.js works with no other part than the rules need", async () => {
  const needed = rules.all.some(({ quota }) => quota !== undefined) ? ["quota.js"] : [];
  expect(errorOf((await startWith(needed, {})).answer).code).toBe("CredentialsUnavailable");
});

const KEY_SET = {
  UPLOAD_AUTH: "jwt",
  JWT_JWKS_URL: "https://127.0.0.1:1/jwks",
  JWT_ISSUER: "https://id.example.com",
  JWT_AUDIENCE: "uploads",
};
const QUOTA = { QUOTA_FILES_PER_DAY: "5" };

test.each([
  ["quota.js", "A quota is set", [], QUOTA],
  ["redis.js", "REDIS_URL is set", ["quota.js"], { ...QUOTA, REDIS_URL: "redis://127.0.0.1:1" }],
  ["key-set.js", "JWT_JWKS_URL is set", ["quota.js"], KEY_SET],
])("the missing part %s is named at cold start where it is needed: %s", async (part, why, parts, env) => {
  const { answer, log } = await startWith(parts, env);
  expect(log).toContain(`${why}, but ${part} beside index.js cannot be loaded: deploy the whole folder.`);
  expect(errorOf(answer).code).toBe("ConfigurationError");
  const whole = await startWith([...parts, part], env);
  expect(whole.log).not.toContain("cannot be loaded");
  expect(errorOf(whole.answer).code).not.toBe("ConfigurationError");
});
