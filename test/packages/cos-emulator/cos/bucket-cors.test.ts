import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { CorsRule } from "../../../../packages/cos-emulator/src/cos/http/cors.ts";
import { BucketSettings } from "../../../../packages/cos-emulator/src/cos/store/bucket-settings.ts";
import { type Asked, ask, textsOf } from "./asking.ts";
import { startCos, type TestCos } from "./support.ts";

/** The emulator's initial rules. */
const FIRST: CorsRule = {
  allowedOrigins: ["http://127.0.0.1:3000"],
  allowedMethods: ["PUT", "GET"],
  allowedHeaders: ["*"],
  exposeHeaders: [],
};
const ORIGIN = "https://www.example.com";
const query = { cors: "" };

const rule = (origin: string, more = "<AllowedMethod>PUT</AllowedMethod>") =>
  `<CORSRule><AllowedOrigin>${origin}</AllowedOrigin>${more}</CORSRule>`;
const configuration = (...rules: string[]) => `<CORSConfiguration>${rules.join("")}</CORSConfiguration>`;

const RULE = rule(
  ORIGIN,
  [
    "<AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>",
    "<AllowedHeader>authorization</AllowedHeader><ExposeHeader>ETag</ExposeHeader>",
    "<ExposeHeader>x-cos-request-id</ExposeHeader><MaxAgeSeconds>5</MaxAgeSeconds>",
  ].join(""),
);

let cos: TestCos;

beforeEach(async () => {
  cos = await startCos({ cors: [FIRST] });
});

const putCors = (body: string, more: Asked = {}) => ask(cos, "PUT", "", { query, body, ...more });

const preflight = (origin: string, method = "PUT", headers = "authorization") =>
  cos.send({
    method: "OPTIONS",
    path: "/a",
    headers: {
      origin,
      "access-control-request-method": method,
      "access-control-request-headers": headers,
    },
  });

test("without rules: 404, and the initial rules apply", async () => {
  expect(await ask(cos, "GET", "", { query })).toMatchObject({
    status: 404,
    code: "NoSuchCORSConfiguration",
  });
  expect((await preflight("http://127.0.0.1:3000")).status).toBe(200);
  expect(await preflight(ORIGIN)).toMatchObject({ status: 403, code: "AccessForbidden" });
});

test("rules replace the initial ones until they are deleted", async () => {
  expect((await putCors(configuration(RULE))).status).toBe(200);
  expect((await ask(cos, "GET", "", { query })).body.toString()).toBe(configuration(RULE));
  expect((await preflight(ORIGIN)).headers).toMatchObject({
    "access-control-allow-origin": ORIGIN,
    "access-control-allow-methods": "PUT,GET",
    "access-control-allow-headers": "authorization",
    "access-control-expose-headers": "ETag,x-cos-request-id",
    "access-control-max-age": "5",
  });
  expect((await preflight("http://127.0.0.1:3000")).status).toBe(403);
  expect((await preflight(ORIGIN, "DELETE")).status).toBe(403);
  expect((await preflight(ORIGIN, "PUT", "x-cos-acl")).status).toBe(403);
  expect((await ask(cos, "DELETE", "", { query })).status).toBe(204);
  expect((await preflight(ORIGIN)).status).toBe(403);
  expect((await preflight("http://127.0.0.1:3000")).status).toBe(200);
});

// https://cloud.tencent.com/document/product/436/8279: "in any place, the protocol, the name and the port".
test.each(["*.example.com", "*://www.example.com", "http*://www.example.com", "https://www.example.com*"])(
  "the origin may be %s",
  async (origin) => {
    expect((await putCors(configuration(rule(origin)))).status).toBe(200);
    expect((await preflight(ORIGIN, "PUT", "")).headers["access-control-allow-origin"]).toBe(ORIGIN);
  },
);

test("every header can be exposed, as in the PHP SDK's sample (436/41809)", async () => {
  await putCors(
    configuration(rule(ORIGIN, "<AllowedMethod>PUT</AllowedMethod><ExposeHeader>*</ExposeHeader>")),
  );
  expect((await preflight(ORIGIN, "PUT", "")).headers["access-control-expose-headers"]).toBe("*");
});

test("the first matching rule applies, and without MaxAgeSeconds the answer has none", async () => {
  await putCors(configuration(rule("https://*.example.com"), RULE));
  const answer = await preflight(ORIGIN, "PUT", "");
  expect(answer.headers["access-control-allow-methods"]).toBe("PUT");
  expect(answer.headers).not.toHaveProperty("access-control-max-age");
  expect((await preflight(ORIGIN, "GET")).headers["access-control-allow-methods"]).toBe("PUT,GET");
});

test("only a page that a rule names may send requests and read exposed headers", async () => {
  await ask(cos, "PUT", "a", { body: "a" });
  const get = (origin: string) => ask(cos, "GET", "a", { headers: { origin } });
  expect(await get(ORIGIN)).toMatchObject({ status: 403, code: "AccessDenied" });
  await putCors(configuration(RULE));
  const answer = await get(ORIGIN);
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    "access-control-allow-origin": ORIGIN,
    "access-control-expose-headers": "ETag,x-cos-request-id",
  });
  expect(await get("https://evil.example")).toMatchObject({ status: 403, code: "AccessDenied" });
});

test("attack: a rule for every origin does not let every web page send to this machine", async () => {
  await putCors(configuration(rule("*", "<AllowedMethod>GET</AllowedMethod>")));
  await ask(cos, "PUT", "a", { body: "a" });
  const answer = await ask(cos, "GET", "a", { headers: { origin: "https://evil.example" } });
  expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
  const own = await ask(cos, "GET", "a", { headers: { origin: "http://localhost:5173" } });
  expect(own.headers["access-control-allow-origin"]).toBe("*");
});

test("with ResponseVary, every answer varies by origin", async () => {
  await ask(cos, "PUT", "a", { body: "a" });
  await putCors(configuration(RULE, "<ResponseVary>true</ResponseVary>"));
  expect((await ask(cos, "GET", "a")).headers["vary"]).toBe("Origin");
  await putCors(configuration(RULE));
  expect((await ask(cos, "GET", "a")).headers).not.toHaveProperty("vary");
});

describe("refused, and nothing changes:", () => {
  test.each([
    ["not XML", "[]", "MalformedXML"],
    ["a name that the XML parser refuses", configuration(RULE, "<constructor/>"), "MalformedXML"],
    ["no rules", configuration(), "MalformedXML"],
    [
      "a rule without an origin",
      configuration("<CORSRule><AllowedMethod>PUT</AllowedMethod></CORSRule>"),
      "MalformedXML",
    ],
    [
      "a rule without a method",
      configuration(rule(ORIGIN, "<MaxAgeSeconds>5</MaxAgeSeconds>")),
      "MalformedXML",
    ],
    [
      "an unknown method",
      configuration(rule(ORIGIN, "<AllowedMethod>PATCH</AllowedMethod>")),
      "InvalidArgument",
    ],
    [
      "a method in lower case",
      configuration(rule(ORIGIN, "<AllowedMethod>put</AllowedMethod>")),
      "InvalidArgument",
    ],
    ["an origin without a scheme", configuration(rule("www.example.com")), "InvalidArgument"],
    ["an origin with a path", configuration(rule(`${ORIGIN}/a`)), "InvalidArgument"],
    ["a name of two parts with wildcards", configuration(rule("*.example.*")), "InvalidArgument"],
    ["a wildcard and a path", configuration(rule("*.example.com/a")), "InvalidArgument"],
    ["an origin with two wildcards", configuration(rule("https://*.*.com")), "InvalidArgument"],
    [
      "an age that is not a number",
      configuration(rule(ORIGIN, "<AllowedMethod>PUT</AllowedMethod><MaxAgeSeconds>x</MaxAgeSeconds>")),
      "InvalidArgument",
    ],
    ["101 rules", configuration(...Array.from({ length: 101 }, () => RULE)), "InvalidArgument"],
  ])("%s", async (_, body, code) => {
    await putCors(configuration(RULE));
    expect(await putCors(body)).toMatchObject({ status: 400, code });
    expect((await ask(cos, "GET", "", { query })).body.toString()).toBe(configuration(RULE));
  });

  test("a credential without the right", async () => {
    const credential = cos.issue("name/cos:PutBucketPolicy", "*");
    expect(await putCors(configuration(RULE), { credential })).toMatchObject({ status: 403 });
    expect(await ask(cos, "GET", "", { query, credential })).toMatchObject({ status: 403 });
    expect(await ask(cos, "DELETE", "", { query, credential })).toMatchObject({ status: 403 });
    expect((await preflight(ORIGIN)).status).toBe(403);
  });
});

test("the rules survive a restart", async () => {
  const file = join(cos.directory, "bucket.json");
  cos = await startCos({ cors: [FIRST], settings: await BucketSettings.open(file) });
  await putCors(configuration(RULE));
  cos = await startCos({ cors: [FIRST], settings: await BucketSettings.open(file) });
  expect((await preflight(ORIGIN)).status).toBe(200);
  expect(textsOf(await ask(cos, "GET", "", { query }), "AllowedOrigin")).toEqual([ORIGIN]);
});

// https://cloud.tencent.com/document/product/436/8279
test("a configuration may have 100 rules", async () => {
  expect((await putCors(configuration(...Array.from({ length: 100 }, () => RULE)))).status).toBe(200);
});
