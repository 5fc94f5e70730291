import { decodeJwt, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PlatformResponse } from "../../shared/http/response.ts";
import { TEST_JWT_SECRET, TEST_MINI_PROGRAM } from "../support/account.ts";
import { errorOf, loadBundle } from "../support/bundle.ts";
import { BundleProcess } from "../support/bundle-process.ts";
import { type HttpsServer, serveHttps } from "../support/https.ts";
import { testWeChat } from "../support/wechat.ts";

const secret = TEST_JWT_SECRET;
const env = {
  JWT_SECRET: secret,
  JWT_ISSUER: "https://id.example.com",
  JWT_AUDIENCE: "uploads",
  WX_APPID: TEST_MINI_PROGRAM.appId,
  WX_SECRET: TEST_MINI_PROGRAM.secret,
};

let wechat: HttpsServer;
let wechatEnv: Record<string, string>;
let login: BundleProcess;
let asked = 0;
beforeAll(async () => {
  const { listener } = testWeChat();
  wechat = await serveHttps((request, response) => {
    asked += 1;
    listener(request, response);
  });
  wechatEnv = { ...env, WX_ENDPOINT: `https://${wechat.host}`, NODE_EXTRA_CA_CERTS: wechat.caFile };
  login = await BundleProcess.start("login", wechatEnv);
});
afterAll(async () => {
  await login.close();
  await wechat.close();
});

const ask = (code: unknown, bundle = login) =>
  bundle.invoke({
    httpMethod: "POST",
    path: "/login",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code }),
  });

test("exchanges a code for a token that the signing functions accept", async () => {
  const answer = await ask("user-ann-1");
  expect(answer.statusCode).toBe(200);
  const { token, expiresAt } = JSON.parse(answer.body);
  const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
    issuer: env.JWT_ISSUER,
    audience: env.JWT_AUDIENCE,
  });
  expect(payload.exp).toBe(expiresAt);
  expect(expiresAt - Math.floor(Date.now() / 1000)).toBeGreaterThan(7000);
});

test("the same person always gets the same sub, and another person another", async () => {
  const subOf = async (code: string) => decodeJwt(JSON.parse((await ask(code)).body).token).sub;
  const ann = await subOf("user-ann-2");
  expect(await subOf("user-ann-3")).toBe(ann);
  expect(await subOf("user-bob-1")).not.toBe(ann);
});

function expectWrongSetting(answer: PlatformResponse, output: string, variable: string): void {
  expect([answer.statusCode, errorOf(answer).code]).toEqual([500, "ConfigurationError"]);
  expect(errorOf(answer).message).not.toMatch(/try again|WX_/);
  expect(answer.headers).not.toHaveProperty("retry-after");
  expect(JSON.parse(output)).toMatchObject({
    level: "error",
    code: "ConfigurationError",
    message: expect.stringMatching(`^${variable} `),
  });
}

describe("WeChat's errors:", () => {
  test.each([
    ["-1, busy", "error--1", 503, "LoginUnavailable"],
    ["40029, not a code", "error-40029", 401, "LoginCodeInvalid"],
    ["40163, used before", "error-40163", 401, "LoginCodeInvalid"],
    ["41008, no code", "error-41008", 400, "InvalidParameter"],
    ["40226, a blocked user", "error-40226", 403, "LoginBlocked"],
    ["45011, too often", "error-45011", 429, "LoginThrottled"],
    ["an unknown error", "error-99999", 503, "LoginUnavailable"],
  ])("%s", async (_, code, status, expected) => {
    const answer = await ask(code);
    expect(errorOf(answer).code).toBe(expected);
    expect(answer.statusCode).toBe(status);
    expect(login.output).toContain(`"wechatCode":"${code.slice("error-".length)}"`);
  });

  test("a code is refused the second time", async () => {
    expect((await ask("user-ann-4")).statusCode).toBe(200);
    expect(errorOf(await ask("user-ann-4")).code).toBe("LoginCodeInvalid");
  });

  test("the mock code that DevTools gives without an AppID can be used again", async () => {
    for (let i = 0; i < 2; i += 1) expect((await ask("the code is a mock one")).statusCode).toBe(200);
  });

  test.each([
    ["40013, invalid appid", "error-40013", "WX_APPID"],
    ["41002, appid missing", "error-41002", "WX_APPID"],
    ["40125, invalid appsecret", "error-40125", "WX_SECRET"],
    ["41004, appsecret missing", "error-41004", "WX_SECRET"],
    ["40001, invalid credential", "error-40001", "WX_SECRET"],
    ["40243, a frozen AppSecret", "error-40243", "WX_SECRET"],
    // https://github.com/binarywang/WxJava/issues/3199 and overtrue/laravel-wechat#367
    ["40164, an IP address that is not on the list", "error-40164", "WX_APPID"],
    // https://github.com/pli2014/chatGLM-wechat/issues/1
    ["48001, no permission", "error-48001", "WX_APPID"],
    ["50007, a frozen account", "error-50007", "WX_APPID's"],
    ["61024, a third-party platform's", "error-61024", "WX_APPID"],
    ["89503, an IP address to be confirmed", "error-89503", "An administrator of WX_APPID"],
    ["40066, no such address", "error-40066", "WX_ENDPOINT"],
  ])("%s: the log names the variable, and the caller is not told to try again", async (_, code, variable) => {
    const before = login.output.length;
    expectWrongSetting(await ask(code), login.output.slice(before), variable);
  });

  test.each([
    ["WX_APPID", "wx00000000000000ff"],
    ["WX_SECRET", "wrong"],
  ])("reports a wrong %s as wrong", async (variable, value) => {
    const wrong = await BundleProcess.start("login", { ...wechatEnv, [variable]: value });
    const answer = await ask("user-ann-5", wrong);
    await wrong.close();
    expectWrongSetting(answer, wrong.output, variable);
    expect(wrong.output).not.toContain(value);
  });

  test("answers 503 when WeChat cannot be reached", async () => {
    const alone = await BundleProcess.start("login", { ...wechatEnv, WX_ENDPOINT: "https://127.0.0.1:1" });
    const answer = await ask("user-ann-6", alone);
    await alone.close();
    expect(errorOf(answer).code).toBe("LoginUnavailable");
    expect(answer.statusCode).toBe(503);
  });
});

test.each([
  ["missing", undefined],
  ["a number", 7],
  ["empty", ""],
  ["too long", "x".repeat(300)],
  ["with a line break", "a\nb"],
])("refuses a code that is %s without asking WeChat", async (_, code) => {
  const before = asked;
  expect(errorOf(await ask(code)).code).toBe("InvalidParameter");
  expect(asked).toBe(before);
});

test("refuses GET", async () => {
  const answer = await login.invoke({ httpMethod: "GET", path: "/login" });
  expect(answer).toMatchObject({ statusCode: 405, headers: { allow: "POST, OPTIONS" } });
});

test("the log has no AppSecret, session_key, code or token, and the answer only the token and its expiry", async () => {
  const answer = await ask("user-ann-7");
  expect(Object.keys(JSON.parse(answer.body))).toEqual(["token", "expiresAt"]);
  for (const hidden of [
    TEST_MINI_PROGRAM.secret,
    secret,
    "session_key",
    "user-ann-7",
    JSON.parse(answer.body).token,
  ]) {
    expect(login.output).not.toContain(hidden);
  }
});

test.each<[string, Record<string, string>, RegExp]>([
  ["no JWT_SECRET", { WX_APPID: "wx1", WX_SECRET: "s" }, /JWT_SECRET/],
  ["no WX_APPID", { JWT_SECRET: secret, WX_SECRET: "s" }, /WX_APPID/],
  ["no WX_SECRET", { JWT_SECRET: secret, WX_APPID: "wx1" }, /WX_SECRET/],
  ["WeChat over plain HTTP", { ...env, WX_ENDPOINT: "http://api.weixin.qq.com" }, /WX_ENDPOINT/],
  ["tokens that are valid for a year", { ...env, TOKEN_SECONDS: "31536000" }, /TOKEN_SECONDS/],
])("with %s, login reports it at cold start", (_, environment, message) => {
  expect(JSON.parse(loadBundle("login", environment).log[0] ?? "{}").message).toMatch(message);
});
