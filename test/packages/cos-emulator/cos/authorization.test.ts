import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CosError } from "../../../../packages/cos-emulator/src/cos/http/errors.ts";
import { parseQuery } from "../../../../packages/cos-emulator/src/cos/http/query.ts";
import {
  parseAuthorization,
  readAuthorization,
} from "../../../../packages/cos-emulator/src/cos/signature/authorization.ts";

const PARTS = {
  "q-sign-algorithm": "sha1",
  "q-ak": "AKIDtest",
  "q-sign-time": "1700000000;1700000900",
  "q-key-time": "1700000000;1700000900",
  "q-header-list": "content-type;host",
  "q-url-param-list": "prefix",
  "q-signature": "0123456789abcdef0123456789abcdef01234567",
};

function written(change: Record<string, string | undefined> = {}): string {
  return Object.entries({ ...PARTS, ...change })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

const PARSED = {
  secretId: "AKIDtest",
  signTime: { text: "1700000000;1700000900", start: 1700000000, end: 1700000900 },
  keyTime: { text: "1700000000;1700000900", start: 1700000000, end: 1700000900 },
  headerList: ["content-type", "host"],
  urlParamList: ["prefix"],
  signature: PARTS["q-signature"],
};

test("reads an Authorization from the header", () => {
  expect(readAuthorization(new Map([["authorization", written()]]), parseQuery(""))).toEqual(PARSED);
});

test("reads an Authorization from the query's q- parameters", () => {
  const query = parseQuery(
    `versionId=x&${Object.entries(PARTS)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join("&")}`,
  );
  expect(readAuthorization(new Map(), query)).toEqual(PARSED);
});

test("reads an Authorization from the query's sign parameter", () => {
  expect(readAuthorization(new Map(), parseQuery(`sign=${encodeURIComponent(written())}`))).toEqual(PARSED);
});

test("allows empty lists", () => {
  const parsed = parseAuthorization(written({ "q-header-list": "", "q-url-param-list": "" }));
  expect(parsed).toMatchObject({ headerList: [], urlParamList: [] });
});

test("treats a request with neither as anonymous", () => {
  expect(readAuthorization(new Map(), parseQuery("prefix=a"))).toBeUndefined();
});

describe("refuses an Authorization with", () => {
  test.each([
    ["another algorithm", { "q-sign-algorithm": "sha256" }, "q-sign-algorithm must be sha1"],
    ["no key id", { "q-ak": "" }, "q-ak is empty"],
    ["no signature", { "q-signature": undefined }, "the Authorization lacks q-signature"],
    [
      "a signature in upper case",
      { "q-signature": "A".repeat(40) },
      "q-signature must be 40 lower-case hex digits",
    ],
    ["a short signature", { "q-signature": "abc" }, "q-signature must be 40 lower-case hex digits"],
    ["no key time", { "q-key-time": undefined }, "the Authorization lacks q-key-time"],
    [
      "one time only",
      { "q-key-time": "1700000000" },
      "q-key-time must be two Unix times in seconds, start;end, in order",
    ],
    [
      "times in milliseconds and text",
      { "q-sign-time": "now;1700000900" },
      "q-sign-time must be two Unix times in seconds, start;end, in order",
    ],
    [
      "times in the wrong order",
      { "q-sign-time": "1700000900;1700000000" },
      "q-sign-time must be two Unix times in seconds, start;end, in order",
    ],
    ["a header list in mixed case", { "q-header-list": "Host" }, "q-header-list must be in lower case"],
    ["a header list out of order", { "q-header-list": "host;content-type" }, "q-header-list must be sorted"],
    ["a parameter list out of order", { "q-url-param-list": "b;a" }, "q-url-param-list must be sorted"],
    ["an empty name in a list", { "q-header-list": "a;;b" }, "q-header-list has an empty name"],
    ["an unknown part", { "q-extra": "1" }, 'the Authorization has the unknown part "q-extra"'],
  ])("%s", (_, change, reason) => {
    expect(() => parseAuthorization(written(change))).toThrow(
      expect.objectContaining({ code: "InvalidSecurity", status: 403, reason }),
    );
  });

  test("a repeated part", () => {
    expect(() => parseAuthorization(`${written()}&q-ak=AKIDother`)).toThrow(
      expect.objectContaining({ code: "InvalidSecurity", reason: "the Authorization has q-ak twice" }),
    );
  });

  test.each(["Bearer a-token-of-the-app", "ASecretKeyThatSomebodyMistook", "q-ak-of-0123456789abcdef"])(
    "attack: a secret that was sent by mistake is not quoted for all who may read the requests: %s",
    (text) => {
      expect(() => parseAuthorization(text)).toThrow(
        expect.objectContaining({ reason: expect.stringContaining(`a part of ${text.length} characters`) }),
      );
    },
  );

  test("the form of another service", () => {
    expect(() => parseAuthorization("TC3-HMAC-SHA256 Credential=a")).toThrow(
      expect.objectContaining({ code: "InvalidSecurity" }),
    );
  });
});

test("any text gives an Authorization or InvalidSecurity", () => {
  const part = fc.tuple(
    fc.constantFrom(...Object.keys(PARTS)),
    fc.oneof(fc.string(), fc.constantFrom(...Object.values(PARTS))),
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(part, { maxLength: 9 }).map((pairs) => pairs.map((pair) => pair.join("=")).join("&")),
  );
  fc.assert(
    fc.property(text, (authorization) => {
      try {
        expect(parseAuthorization(authorization).signature).toHaveLength(40);
      } catch (error) {
        expect(error).toBeInstanceOf(CosError);
        expect(error).toMatchObject({ code: "InvalidSecurity" });
      }
    }),
  );
});
