import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeCause,
  type EmulatorCause,
  encodeCause,
  explain,
} from "../../../packages/cos-explain/src/index.ts";
import { anyCause } from "./causes.ts";

const DENIED = "<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>";
const CONDITION: EmulatorCause = {
  kind: "condition-not-met",
  operator: "string_equal",
  key: "cos:content-type",
  wanted: ["image/png"],
  received: "text/html; (it's) \u{1f4f7}",
};

/** JSON as somebody who writes the header by hand would encode it. */
const encoded = (value: unknown) => encodeURIComponent(JSON.stringify(value));

test("any cause survives its header, which any HTTP client accepts and no quoting changes", () => {
  fc.assert(
    fc.property(anyCause, (cause) => {
      const header = encodeCause(cause) ?? "";
      expect(header).toMatch(/^[\w%.~-]+$/);
      expect(decodeCause(header)).toEqual(cause);
    }),
  );
});

test("a cause that would make the header too long is left out", () => {
  expect(encodeCause({ ...CONDITION, received: "x".repeat(4000) })).toBeUndefined();
});

describe("an invalid header is ignored:", () => {
  test.each([
    ["nothing", ""],
    ["plain text", "the request is not signed"],
    ["a broken escape", "%7B%zz"],
    ["not an object", encoded([])],
    ["null", encoded(null)],
    ["an unknown kind", encoded({ kind: "weather" })],
    ["a kind of another type", encoded({ kind: 1 })],
    ["a missing detail", encoded({ kind: "length-range", min: 1 })],
    ["a number as text", encoded({ kind: "length-range", min: "1", max: 2 })],
    ["an invalid number", '%7B"kind":"length-range","min":1e999,"max":2%7D'],
    ["a text instead of a list", encoded({ ...CONDITION, wanted: "image/png" })],
    ["null instead of a text", encoded({ ...CONDITION, received: null })],
    ["an unknown word", encoded({ kind: "unsigned", asked: "moon" })],
  ])("%s", (_, header) => {
    expect(decodeCause(header)).toBeUndefined();
    expect(explain({ error: `x-emulator-cause: ${header}\r\n\r\n${DENIED}` }).cause).toBe("not-allowed");
  });
});

test("a cause with its details is explained by them", () => {
  expect(explain({ error: DENIED, cause: CONDITION })).toMatchObject({
    cause: "condition-not-met",
    certainty: "certain",
    comparison: { lines: [{ name: "cos:content-type", given: CONDITION.received, verdict: "differs" }] },
  });
});

test.each([
  [
    { list: "allow", received: "https://evil.example/" },
    'The Referer "https://evil.example/" is not on the allow list of the bucket\'s hotlink protection.',
  ],
  [
    { list: "block", received: "https://evil.example/" },
    'The Referer "https://evil.example/" is on the block list of the bucket\'s hotlink protection.',
  ],
  [{ list: "allow" }, "The bucket's hotlink protection requires a Referer, but the request has none."],
] as const)("the explanation has the Referer, without the request: %j", (facts, sentence) => {
  const error = DENIED.replace("Access Denied.", "You are denied by bucket referer rule");
  expect(explain({ error, cause: { kind: "referer", ...facts } })).toMatchObject({
    cause: "hotlink-protection",
    sentence,
  });
});

test("a cause that the emulator states in words is quoted, and the request is not used to guess", () => {
  const reason = "the bucket is asleep";
  expect(explain({ error: DENIED, reason })).toMatchObject({
    cause: "denied-with-reason",
    sentence: "The emulator says: the bucket is asleep.",
  });
});

test("any cause with any code has a sentence", () => {
  const code = fc.constantFrom(
    "AccessDenied",
    "SignatureDoesNotMatch",
    "EntityTooLarge",
    "BadDigest",
    "NoSuchKey",
  );
  fc.assert(
    fc.property(code, fc.string(), anyCause, (Code, Message, cause) => {
      expect(explain({ error: { Code, Message }, cause }).sentence).toMatch(/./);
    }),
  );
});
