import { describe, expect, test } from "vitest";
import { readEvent } from "../../../shared/http/request.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("a body", () => {
  test.each([true, "true", "True", "TRUE", 1, "1"])("is decoded if isBase64Encoded is %j", (yes) => {
    expect(readEvent({ body: base64('{"a":"照"}'), isBase64Encoded: yes }).body).toBe('{"a":"照"}');
  });

  test.each([false, "false", "False", 0, "0", "", null, [], {}, "yes, please"])(
    "is left as it is if isBase64Encoded is %j",
    (no) => {
      expect(readEvent({ body: "aGk=", isBase64Encoded: no }).body).toBe("aGk=");
    },
  );

  test.each([
    [{ code: "c" }, '{"code":"c"}'],
    [[1, "a"], '[1,"a"]'],
    [5, "5"],
    [false, "false"],
    [null, ""],
  ])("that is already parsed, %j, is read as its original text", (body, text) => {
    expect(readEvent({ body }).body).toBe(text);
    expect(readEvent({ body, isBase64Encoded: "true" }).body).toBe(text);
  });

  test("that is already parsed and nested too deeply is invalid JSON, without an exception", () => {
    const body = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    expect(() => JSON.parse(readEvent({ body }).body)).toThrow(SyntaxError);
  });
});

describe("headers", () => {
  test.each([
    ["one value", { "X-A": "1" }, "1"],
    ["a list", { "X-A": ["1", "2"] }, "1, 2"],
    ["a number", { "X-A": 7 }, "7"],
    ["a boolean", { "X-A": true }, "true"],
    ["null", { "X-A": null }, undefined],
  ])("with %s", (_, headers, expected) => {
    expect(readEvent({ headers }).headers.get("x-a")).toBe(expected);
    expect(readEvent({ multiValueHeaders: headers }).headers.get("x-a")).toBe(expected);
  });

  test("multiValueHeaders has every value, so it takes precedence over headers", () => {
    const { headers } = readEvent({
      headers: { "X-A": "2", "X-B": "b" },
      multiValueHeaders: { "x-a": ["1", "2"] },
    });
    expect([...headers]).toEqual([
      ["x-a", "1, 2"],
      ["x-b", "b"],
    ]);
  });

  test("an object instead of a value cannot be confused with a text", () => {
    expect(readEvent({ headers: { a: { b: "Bearer x" } } }).headers.get("a")).toBe("\0");
  });
});

describe("the query", () => {
  const jpg = [["ext", ["jpg"]]];
  test.each([
    ["queryString", { queryString: { ext: "jpg" } }],
    ["queryString with lists", { queryString: { ext: ["jpg"] } }],
    ["queryString as text", { queryString: "ext=jpg" }],
    ["queryString as text with its question mark", { queryString: "?ext=jpg" }],
    ["queryStringParameters", { queryStringParameters: { ext: "jpg" } }],
    [
      "queryStringParameters beside an empty queryString",
      { queryString: {}, queryStringParameters: { ext: "jpg" } },
    ],
    [
      "queryStringParameters beside an empty text",
      { queryString: "", queryStringParameters: { ext: "jpg" } },
    ],
    ["queryStringParameters beside null", { queryString: null, queryStringParameters: { ext: "jpg" } }],
    ["multiValueQueryStringParameters", { multiValueQueryStringParameters: { ext: ["jpg"] } }],
    [
      "queryString, which takes precedence over API Gateway's fields",
      { queryString: { ext: "jpg" }, queryStringParameters: { ext: "png" } },
    ],
  ])("as %s", (_, event) => {
    expect([...readEvent(event).query]).toEqual(jpg);
  });

  test("a text is decoded, and a repeated parameter keeps its values in order", () => {
    expect([...readEvent({ queryString: "key=a%2Fb+c&ext=jpg&ext=png&imageInfo&=x" }).query]).toEqual([
      ["key", ["a/b c"]],
      ["ext", ["jpg", "png"]],
      ["imageInfo", [""]],
      ["", ["x"]],
    ]);
  });

  test.each([
    [5, ["5"]],
    [true, ["true"]],
    [null, [""]],
    ["", [""]],
    [{}, ["\0"]],
    [
      ["a", 5, { b: 1 }],
      ["a", "5", "\0"],
    ],
  ])("the value %j is read as %j", (value, expected) => {
    expect(readEvent({ queryString: { a: value } }).query.get("a")).toEqual(expected);
  });
});

test.each([
  ["post", "POST"],
  ["Get", "GET"],
  ["", "GET"],
  [null, "GET"],
  [["POST"], "GET"],
])("the method %j is %s", (httpMethod, method) => {
  expect(readEvent({ httpMethod }).method).toBe(method);
});

test("an empty method falls back to the request's context", () => {
  expect(readEvent({ httpMethod: "", requestContext: { httpMethod: "post" } }).method).toBe("POST");
});
