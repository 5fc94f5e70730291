import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { errorOf, loadBundle, TEST_ENV } from "../support/bundle.ts";
import { BundleProcess } from "../support/bundle-process.ts";
import { type FakeSts, startFakeSts } from "../support/fake-sts.ts";

let sts: FakeSts;
let functionUnderTest: BundleProcess;
beforeAll(async () => {
  sts = await startFakeSts();
  functionUnderTest = await BundleProcess.start("object-url", { ...TEST_ENV, ...sts.env });
});
afterAll(async () => {
  await functionUnderTest.close();
  await sts.close();
});
afterEach(() => {
  sts.forms.length = 0;
});

const KEY = "uploads/20261123/1_a.jpg";
const ask = (queryString: Record<string, unknown>) => functionUnderTest.invoke({ queryString });
const policyOf = (form: URLSearchParams | undefined) =>
  JSON.parse(decodeURIComponent(form?.get("Policy") ?? ""));

test("answers both ways to use the credential, for one key and one action", async () => {
  const answer = JSON.parse((await ask({ key: KEY })).body);
  expect(answer.plainUrl).toBe(`https://uploads-1250000000.cos.ap-guangzhou.myqcloud.com/${KEY}`);
  expect(answer.headers).toEqual({
    Authorization: answer.authorization,
    "x-cos-security-token": "the-token",
  });
  const url = new URL(answer.url);
  expect(url.searchParams.get("q-signature")).toBe(/q-signature=(\w+)/.exec(answer.authorization)?.[1]);
  expect(url.searchParams.get("x-cos-security-token")).toBe("the-token");
  expect(policyOf(sts.forms[0]).statement).toEqual([
    {
      effect: "allow",
      action: ["name/cos:GetObject"],
      resource: [`qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/${KEY}`],
      condition: {
        string_equal_if_exist: { "cos:response-content-type": "application/octet-stream" },
        bool_equal: { "cos:secure-transport": "true" },
      },
    },
  ]);
});

test("HEAD is another action", async () => {
  await ask({ key: KEY, method: "HEAD" });
  expect(policyOf(sts.forms[0]).statement[0].action).toEqual(["name/cos:HeadObject"]);
});

test("expires sets the life of the signature", async () => {
  const { expiresAt, serverTime } = JSON.parse((await ask({ key: KEY, expires: "60" })).body);
  expect(expiresAt - serverTime).toBe(60);
});

test("sign=false gives the plain URL and asks STS for nothing", async () => {
  const answer = JSON.parse((await ask({ key: KEY, sign: "false" })).body);
  expect(answer).toEqual({
    key: KEY,
    url: `https://uploads-1250000000.cos.ap-guangzhou.myqcloud.com/${KEY}`,
  });
  expect(sts.forms).toHaveLength(0);
});

test("a download host of its own is the host that is signed", async () => {
  const cdn = await BundleProcess.start("object-url", {
    ...TEST_ENV,
    ...sts.env,
    DOWNLOAD_DOMAIN: "img.example.com",
  });
  const answer = JSON.parse((await cdn.invoke({ queryString: { key: KEY } })).body);
  await cdn.close();
  expect(answer.url).toMatch(/^https:\/\/img\.example\.com\//);
});

test("a page of thumbnails takes one call of STS", async () => {
  const keys = Array.from({ length: 20 }, (_, i) => `uploads/20261123/${i}_a.jpg`);
  const answer = await functionUnderTest.invoke({
    httpMethod: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ keys, query: { "imageMogr2/thumbnail/200x": "" } }),
  });
  const { objects } = JSON.parse(answer.body);
  expect(objects.map((object: { key: string }) => object.key)).toEqual(keys);
  expect(objects[0].plainUrl).toMatch(/\?imageMogr2\/thumbnail\/200x$/);
  expect(sts.forms).toHaveLength(1);
  expect(policyOf(sts.forms[0]).statement[0].resource).toHaveLength(20);
});

describe("a key that the caller may not read is refused, and STS not asked", () => {
  test.each([
    ["missing", undefined, 400],
    ["empty", "", 400],
    ["repeated", [KEY, KEY], 400],
    ["climbing", "uploads/20261123/../../secret.jpg", 400],
    ["with an empty segment", "uploads//20261123/1_a.jpg", 400],
    ["with a leading slash", `/${KEY}`, 400],
    ["with a NUL", `${KEY}\0`, 400],
    ["with a lone surrogate", `uploads/20261123/\ud800`, 400],
    ["longer than COS takes", `uploads/20261123/${"x".repeat(900)}`, 400],
    ["of no rule's prefix", "backups/20261123/1_a.jpg", 403],
    ["of a user, when callers are not told apart", `uploads/${"0".repeat(32)}/20261123/1_a.jpg`, 403],
    ["of a longer form", `uploads/20261123/x/1_a.jpg`, 403],
    ["of a shorter form", "uploads/1_a.jpg", 403],
    ["with a wildcard for its date", "uploads/*/1_a.jpg", 403],
    ["the prefix alone", "uploads", 403],
  ])("%s", async (_, key, status) => {
    const answer = await ask({ key });
    expect(answer.statusCode).toBe(status);
    expect(errorOf(answer).code).toBe(status === 400 ? "InvalidParameter" : "KeyNotAllowed");
    expect(sts.forms).toHaveLength(0);
  });

  test("and a list tells which one", async () => {
    const answer = await functionUnderTest.invoke({
      httpMethod: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ keys: [KEY, "backups/x"] }),
    });
    expect(errorOf(answer)).toMatchObject({ code: "KeyNotAllowed", index: 1 });
  });
});

describe("parameters", () => {
  const { main_handler } = loadBundle("object-url", TEST_ENV);
  test.each<[string, Record<string, unknown>, string]>([
    ["an unknown one", { acl: "" }, "ParameterNotAllowed"],
    ["a sub-resource", { uploads: "" }, "ParameterNotAllowed"],
    ["an object's property", { constructor: "x" }, "ParameterNotAllowed"],
    ["a part of the signature", { "q-signature": "x" }, "ParameterNotAllowed"],
    ["a version", { versionId: "x" }, "ParameterNotAllowed"],
    ["ci's width without ci-process", { width: "9" }, "ParameterNotAllowed"],
    [
      "a type that a browser runs",
      { "response-content-type": "Text/HTML; charset=utf-8" },
      "InvalidParameter",
    ],
    [
      "a header with a line break",
      { "response-content-disposition": "a\r\nset-cookie: x" },
      "InvalidParameter",
    ],
    ["a repeated one", { "response-expires": ["a", "b"] }, "InvalidParameter"],
    ["another method", { method: "PUT" }, "InvalidParameter"],
    ["a life of no time", { expires: "0" }, "InvalidParameter"],
    ["a life of a day", { expires: "86400" }, "InvalidParameter"],
    ["a life that is not a number", { expires: "NaN" }, "InvalidParameter"],
    ["a sign that is neither", { sign: "maybe" }, "InvalidParameter"],
  ])("%s is refused", async (_, query, code) => {
    const answer = await main_handler({ queryString: { key: KEY, ...query } });
    expect(errorOf(answer).code).toBe(code);
    expect(answer.statusCode).toBe(400);
  });

  // A browser takes the last of a list, and guesses where it cannot read a type or is told that it is unknown.
  test.each([
    "image/png,text/html",
    "text/plain, text/html",
    "x,text/html",
    ";text/html",
    " text/html",
    "x text/html",
    "x",
    "*/*",
    "unknown/unknown",
    "application/unknown",
    "text/plain; charset=utf-8, text/html",
    "",
  ])("the type %j is refused", async (type) => {
    const answer = await main_handler({ queryString: { key: KEY, "response-content-type": type } });
    expect(errorOf(answer).code).toBe("InvalidParameter");
  });

  test.each(["image/png", "text/plain; charset=utf-8", "Application/PDF", "application/octet-stream"])(
    "the type %j may be asked for",
    async (type) => {
      const query = { key: KEY, sign: "false", "response-content-type": type };
      expect((await main_handler({ queryString: query })).statusCode).toBe(200);
    },
  );

  test("a refused one is named", async () => {
    const answer = await main_handler({ queryString: { key: KEY, torrent: "" } });
    expect(errorOf(answer).message).toContain('"torrent"');
  });
});

test("a log forged by a key: a line of its own, or one that reads backwards", async () => {
  const { main_handler, log } = loadBundle("object-url", TEST_ENV);
  const keys = [`uploads/20261123/1\u2028{"level":"error"}`, "uploads/20261123/1_\u202egpj.exe"];
  for (const key of keys) await main_handler({ queryString: { key, sign: "false" } });
  const body = JSON.stringify({ keys, sign: false });
  await main_handler({ httpMethod: "POST", headers: { "content-type": "application/json" }, body });
  const lines = log.slice(-3);
  for (const line of lines) expect(line).not.toMatch(/[\u2028\u202e]/);
  const named = lines.map((line) => JSON.parse(line)).map(({ key, keys: list }) => key ?? list);
  expect(named).toEqual([...keys, keys.join("\n")]);
});
