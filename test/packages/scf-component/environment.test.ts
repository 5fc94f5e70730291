import { expect, test } from "vitest";
import { environmentProblems, secretsOf } from "../../../packages/scf-component/src/environment.ts";
import { redact } from "../../../packages/scf-component/src/errors.ts";

test.each([
  ["REDIS_URL", "rediss://default:correct-horse@redis.example.com:6379", "correct-horse"],
  ["REDIS_URL", "redis://:pa/ss#word-unescaped@redis.example.com", "pa/ss#word-unescaped"],
  ["REDIS_URL", "redis://:correct%40horse@redis.example.com", "correct@horse"],
  ["https_proxy", "http://build:correct-horse@proxy.example.com:3128/", "correct-horse"],
  ["REGISTRY", "https://npm_0123456789abcdef@registry.example.com/", "npm_0123456789abcdef"],
])("attack: a log shows the password in the URL of %s", (name, url, password) => {
  const secrets = secretsOf({ [name]: url });
  expect(redact(`connect ${url} failed`, secrets)).toBe("connect *** failed");
  expect(redact(`the password ${password} is wrong`, secrets)).toBe("the password *** is wrong");
});

test.each([
  ["lower_case_token", "a-token-of-somebody", "a-token-of-somebody"],
  [
    "tencent_serverless_devs_key",
    '{"AccountID":"100000000001","SecretID":"AKID0123456789","SecretKey":"0123456789abcdef"}',
    "0123456789abcdef",
  ],
])("attack: a log shows the secret of %s, a lower-case name", (name, value, secret) => {
  const secrets = secretsOf({ [name]: value });
  expect(redact(`${name}=${value}`, secrets)).toBe(`${name}=***`);
  expect(redact(`signed with ${secret}`, secrets)).toBe("signed with ***");
});

test("other values stay readable", () => {
  const secrets = secretsOf({
    COS_BUCKET: "uploads-1250000000",
    WX_ENDPOINT: "https://api.weixin.qq.com:443",
    SOME_KEY: "short",
    tencent_serverless_devs_key: '{"AccountID":"100000000001","SecretID":1,"SecretKey":"0123456789abcdef"}',
  });
  expect(redact("uploads-1250000000 https://api.weixin.qq.com:443 100000000001 short", secrets)).toBe(
    "uploads-1250000000 https://api.weixin.qq.com:443 100000000001 short",
  );
});

test("attack: a log shows the rest of a secret that begins with another one", () => {
  const secrets = secretsOf({ A_SECRET: "abcdefgh", B_SECRET: "abcdefghijklmnop" });
  expect(redact("abcdefghijklmnop", secrets)).toBe("***");
});

// https://cloud.tencent.com/document/product/583/11637: 4 KB, names and values together.
test("a function's variables have at most 4096 bytes", () => {
  const problemsOf = (bytes: number) =>
    environmentProblems("one", { NAME: "图".repeat(1364).padEnd(bytes - 4 - 2 * 1364, "a") });
  expect(problemsOf(4096)).toEqual([]);
  expect(problemsOf(4097)).toEqual(["one: its variables have 4097 bytes; SCF allows 4096."]);
});

test("a value of eight characters is a secret", () => {
  const secrets = secretsOf({ SOME_KEY: "abcdefgh", OTHER_KEY: "abcdefi" });
  expect(redact("abcdefgh abcdefi", secrets)).toBe("*** abcdefi");
});
