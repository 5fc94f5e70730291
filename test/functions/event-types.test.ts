import { describe, expect, test } from "vitest";
import { TEST_JWT_SECRET } from "../support/account.ts";
import { errorOf, loadBundle, TEST_ENV } from "../support/bundle.ts";

/** With an unreachable STS and WeChat: a request that is read correctly gets the error for that. */
const env = {
  ...TEST_ENV,
  JWT_SECRET: TEST_JWT_SECRET,
  WX_APPID: "wx0",
  WX_SECRET: "s",
  WX_ENDPOINT: "https://127.0.0.1:1",
};

const json = { "content-type": "application/json" };
const login = { code: "c" };
const text = JSON.stringify(login);
const base64 = Buffer.from(text).toString("base64");
const WITH_BOM = `\uFEFF${text}`;

describe("login reads its code from", () => {
  const { main_handler } = loadBundle("login", env);
  test.each<[string, object]>([
    ["a text", { headers: json, body: text }],
    ["a body in base64, marked with the text true", { headers: json, body: base64, isBase64Encoded: "true" }],
    ["a body in base64, marked with 1", { headers: json, body: base64, isBase64Encoded: 1 }],
    ["a body that is already parsed", { headers: json, body: login }],
    ["a text that begins with a byte order mark", { headers: json, body: WITH_BOM }],
    [
      "base64 of a text that begins with a byte order mark",
      { headers: json, body: Buffer.from(WITH_BOM).toString("base64"), isBase64Encoded: true },
    ],
    ["a text whose type is a list", { headers: { "Content-Type": ["application/json"] }, body: text }],
    [
      "a text whose type is in multiValueHeaders",
      { multiValueHeaders: { "Content-Type": ["application/json"] }, body: text },
    ],
  ])("%s", async (_, event) => {
    const answer = await main_handler({ httpMethod: "post", path: "/login", ...event });
    expect(errorOf(answer).code).toBe("LoginUnavailable");
  });

  test.each<[string, unknown, string]>([
    ["a list", [login], "InvalidParameter"],
    ["a number", 5, "InvalidParameter"],
    ["a boolean", true, "InvalidParameter"],
    ["null", null, "InvalidJson"],
    ["a text with two byte order marks", `\uFEFF\uFEFF${text}`, "InvalidJson"],
    ["an object of 20 KB", { code: "c", padding: "x".repeat(20_000) }, "RequestTooLarge"],
  ])("refuses a body that is %s", async (_, body, code) => {
    expect(errorOf(await main_handler({ httpMethod: "POST", headers: json, body })).code).toBe(code);
  });
});

test.each<[string, object]>([
  ["a list", { queryString: { ext: ["jpg"] } }],
  ["one text", { queryString: "ext=jpg&type=image%2Fjpeg" }],
  ["queryStringParameters", { queryString: null, queryStringParameters: { ext: "jpg" } }],
  ["a size that is a number", { queryString: { ext: "jpg", size: 5 } }],
])("put-sign reads the query as %s", async (_, event) => {
  const { main_handler } = loadBundle("put-sign", env);
  expect(errorOf(await main_handler({ httpMethod: "get", ...event })).code).toBe("CredentialsUnavailable");
});

test.each<[string, object]>([
  ["a list of two", { queryString: { ext: ["jpg", "png"] } }],
  ["two in one text", { queryString: "ext=jpg&ext=png" }],
  ["null", { queryString: { ext: null } }],
  ["an object", { queryString: { ext: { 0: "jpg" } } }],
  ["a text longer than the limit", { queryString: `ext=jpg&a=${"x".repeat(20_000)}` }],
])("put-sign refuses an extension that is %s", async (_, event) => {
  const { main_handler } = loadBundle("put-sign", env);
  expect(errorOf(await main_handler(event)).code).toBe("ExtensionNotAllowed");
});
