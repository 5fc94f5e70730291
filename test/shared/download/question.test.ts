import { describe, expect, test } from "vitest";
import { readQuestion } from "../../../shared/download/question.ts";
import { ServiceError } from "../../../shared/errors.ts";
import { readEvent } from "../../../shared/http/request.ts";
import { defineRules } from "../../../shared/object/rule.ts";

const RULES = defineRules({
  photo: { types: { jpg: ["image/jpeg"], png: ["image/png"] }, maxBytes: 1000, prefix: "uploads" },
  text: { types: { txt: ["text/plain"] }, maxBytes: 1000, prefix: "uploads" },
  logo: { types: { svg: ["image/png"] }, maxBytes: 1000, prefix: "public", readableByAll: true },
});
const KEY = "uploads/20261123/1_a.jpg";
const ann = { user: "ann" };
const nobody = { user: undefined };

const query = (asked: Record<string, unknown>, caller = nobody as { user: string | undefined }) =>
  readQuestion(readEvent({ queryString: asked }), caller, RULES);
const list = (body: unknown) =>
  readQuestion(
    readEvent({
      httpMethod: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
    nobody,
    RULES,
  );

/** The refusal. */
function refusal(ask: () => unknown) {
  try {
    ask();
  } catch (error) {
    if (error instanceof ServiceError) {
      const { code, message, index } = error;
      return { code, message, index };
    }
  }
  throw new Error("It was not refused.");
}

test("a key alone means a signed GET with the service's default lifetime", () => {
  expect(query({ key: KEY })).toEqual({
    objects: [{ key: KEY, type: "image/jpeg" }],
    isList: false,
    method: "GET",
    seconds: undefined,
    sign: true,
    query: {},
  });
});

test("reads the known parameters, and puts the others into the URL", () => {
  expect(
    query({ key: KEY, method: "HEAD", expires: "60", sign: "false", "response-expires": "x", exif: "" }),
  ).toMatchObject({
    method: "HEAD",
    seconds: 60,
    sign: false,
    query: { "response-expires": "x", exif: "" },
  });
  expect(query({ key: KEY, sign: "true" }).sign).toBe(true);
});

test("reads a list of keys in order, with JSON's numbers and booleans", () => {
  const keys = [KEY, "uploads/20261123/2.txt"];
  expect(list({ keys, method: "HEAD", expires: 7200, sign: false, query: { exif: "" } })).toEqual({
    objects: [
      { key: keys[0], type: "image/jpeg" },
      { key: keys[1], type: "text/plain" },
    ],
    isList: true,
    method: "HEAD",
    seconds: 7200,
    sign: false,
    query: { exif: "" },
  });
  expect(list({ keys, sign: true })).toMatchObject({ method: "GET", sign: true, query: {} });
});

test("a list has 1 to 50 keys, each a text", () => {
  const keys = (count: number) => Array.from({ length: count }, () => KEY);
  expect(list({ keys: keys(50) }).objects).toHaveLength(50);
  const message = "keys must be a list of 1 to 50 object keys.";
  for (const wrong of [keys(51), [], KEY, undefined, { length: 1 }]) {
    expect(refusal(() => list({ keys: wrong }))).toMatchObject({ code: "InvalidParameter", message });
  }
  expect(refusal(() => list({ keys: [KEY, 7] }))).toMatchObject({ code: "InvalidParameter", index: 1 });
  expect(refusal(() => list({ keys: [KEY, "backups/x"] }))).toMatchObject({
    code: "KeyNotAllowed",
    index: 1,
  });
});

test.each([[null], [[]], ["exif"], [7], [true]])("refuses %j as a list's query", (given) => {
  expect(refusal(() => list({ keys: [KEY], query: given }))).toEqual({
    code: "InvalidParameter",
    message: "query must be a JSON object of parameters.",
    index: undefined,
  });
});

test.each([["key"], ["extra"]])("refuses %s in a list's body", (name) => {
  const { code, message } = refusal(() => list({ keys: [KEY], [name]: KEY }));
  expect(code).toBe("InvalidParameter");
  expect(message).toContain("keys, method, expires, sign, query");
});

describe("the lifetime of the signature", () => {
  test.each([60, 7200])("can be %i s, as a text or a number", (seconds) => {
    expect(query({ key: KEY, expires: String(seconds) }).seconds).toBe(seconds);
    expect(list({ keys: [KEY], expires: seconds }).seconds).toBe(seconds);
  });

  test.each<[unknown]>([
    [59],
    [7201],
    ["59"],
    ["7201"],
    [60.5],
    [Number.NaN],
    ["60s"],
    ["s60"],
    ["0x60"],
    ["0000060"],
    [""],
    [true],
    [["60"]],
    [["60", "60"]],
  ])("cannot be %j", (expires) => {
    const expected = {
      code: "InvalidParameter",
      message: "expires must be a whole number of seconds from 60 to 7200.",
      index: undefined,
    };
    if (expires !== 60.5 && !Array.isArray(expires))
      expect(refusal(() => query({ key: KEY, expires: String(expires) }))).toEqual(expected);
    expect(refusal(() => list({ keys: [KEY], expires }))).toEqual(expected);
  });
});

test.each<[string, unknown, string]>([
  ["method", "PUT", "method must be GET or HEAD."],
  ["method", "get", "method must be GET or HEAD."],
  ["method", ["GET", "GET"], "method must be GET or HEAD."],
  ["sign", "maybe", "sign must be true or false."],
  ["sign", "", "sign must be true or false."],
  ["sign", ["true", "true"], "sign must be true or false."],
  ["key", [KEY, KEY], "key must be given once, as an object's key."],
  ["key", "a//b", "key must be given once, as an object's key."],
  ["key", "", "key must be given once, as an object's key."],
])("refuses %s=%j", (name, value, message) => {
  expect(refusal(() => query({ key: KEY, [name]: value }))).toEqual({
    code: "InvalidParameter",
    message,
    index: undefined,
  });
});

test("callers may read their own keys, and what a rule opens to all", () => {
  const own = "uploads/ann/20261123/1.jpg";
  expect(query({ key: own }, ann).objects).toEqual([{ key: own, type: "image/jpeg" }]);
  expect(query({ key: "public/bob/20261123/1.svg" }, ann).objects).toEqual([
    { key: "public/bob/20261123/1.svg", type: "image/png" },
  ]);
  const refused = {
    code: "KeyNotAllowed",
    message: "You may not read this key.",
    index: undefined,
  };
  for (const key of ["uploads/bob/20261123/1.jpg", KEY, "publicity/1.svg", "public", "x/public/1.svg"]) {
    expect(refusal(() => query({ key }, ann))).toEqual(refused);
  }
});

test("attack: a file that waits for its check is read by nobody, and only its owner is told that it waits", () => {
  const waiting = {
    code: "FileNotAccepted",
    message: "This file is waiting for its check; read it later by its acceptedKey.",
    index: undefined,
  };
  expect(refusal(() => query({ key: "pending/uploads/ann/20261123/1.jpg" }, ann))).toEqual(waiting);
  expect(refusal(() => list({ keys: [KEY, `pending/${KEY}`] }))).toEqual({ ...waiting, index: 1 });
  for (const key of [
    "pending/uploads/bob/20261123/1.jpg",
    "pending/public/bob/20261123/1.svg",
    "pending/1.jpg",
  ]) {
    expect(refusal(() => query({ key }, ann)).code).toBe("KeyNotAllowed");
  }
});

test.each([
  ["1.jpg", "image/jpeg"],
  ["1.JPG", "image/jpeg"],
  ["1.txt", "text/plain"],
  ["1.jpg.", "application/octet-stream"],
  ["1.jpg.html", "application/octet-stream"],
  ["jpg", "application/octet-stream"],
  ["1.jpgjpgjpgjp", "application/octet-stream"],
  ["1.svg", "application/octet-stream"],
  ["1.constructor", "application/octet-stream"],
])("an object under %s has the type %s, whatever the uploader said", (name, type) => {
  expect(query({ key: `uploads/20261123/${name}` }).objects[0]?.type).toBe(type);
});

test("an override of the answer may have at most 1000 characters", () => {
  const name = "response-content-disposition";
  expect(query({ key: KEY, [name]: "a".repeat(1000) }).query[name]).toHaveLength(1000);
  expect(refusal(() => query({ key: KEY, [name]: "a".repeat(1001) }))).toMatchObject({
    code: "InvalidParameter",
    message: `The parameter "${name}" must be given once, as plain text.`,
  });
});
