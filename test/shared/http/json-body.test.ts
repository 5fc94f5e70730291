import { expect, test } from "vitest";
import { readJsonBody } from "../../../shared/http/json-body.ts";
import { MAX_TEXT_LENGTH, readEvent } from "../../../shared/http/request.ts";

/** A request with a body of this many bytes. */
function bodyOf(bytes: number, isBase64Encoded = false) {
  const text = JSON.stringify({ code: "" });
  const body = JSON.stringify({ code: "a".repeat(bytes - text.length) });
  return readEvent({
    httpMethod: "POST",
    headers: { "content-type": "application/json" },
    body: isBase64Encoded ? Buffer.from(body).toString("base64") : body,
    isBase64Encoded,
  });
}

test.each([false, true])("accepts a body of up to 16 KiB (in base64: %s)", (isBase64Encoded) => {
  expect(readJsonBody(bodyOf(16_384, isBase64Encoded), ["code"]).code).toHaveLength(16_384 - 11);
  expect(() => readJsonBody(bodyOf(16_385, isBase64Encoded), ["code"])).toThrow("at most 16384 bytes");
});

test("measures a body in bytes of UTF-8, not in characters", () => {
  const body = JSON.stringify({ code: "照".repeat(6000) });
  const request = readEvent({ headers: { "content-type": "application/json" }, body });
  expect(() => readJsonBody(request, ["code"])).toThrow("at most 16384 bytes");
});

test("reads a path, a header or a parameter up to 16 KiB and one character, so that each reader sees that it is too long", () => {
  const long = "a".repeat(16_384);
  const { path, headers, query } = readEvent({
    path: `${long}bc`,
    headers: { authorization: `${long}bc` },
    queryString: { key: `${long}bc`, ext: long },
  });
  expect([path, headers.get("authorization")]).toEqual([`${long}b`, `${long}b`]);
  expect([query.get("key"), query.get("ext")]).toEqual([[`${long}b`], [long]]);
  expect(MAX_TEXT_LENGTH).toBe(16_384);
});

test("refuses an unknown field, and names the known ones", () => {
  const body = JSON.stringify({ code: "c", ext: "jpg" });
  const request = readEvent({ headers: { "content-type": "application/json" }, body });
  expect(() => readJsonBody(request, ["code"])).toThrow("The body may have only these fields: code.");
});

test.each([
  "application/json",
  "APPLICATION/JSON; charset=UTF-8",
  "application/json;charset=utf8",
  // A header that was sent twice, by Elm, Tesla, pyreqwest and others.
  "application/json, application/json",
  "application/json; charset=utf-8, application/json",
  "application/json,application/json",
])("reads a body of the type %s", (type) => {
  const request = readEvent({ headers: { "content-type": type }, body: '{"code":"c"}' });
  expect(readJsonBody(request, ["code"])).toEqual({ code: "c" });
});

test.each([
  "application/x-www-form-urlencoded",
  "text/plain;charset=UTF-8",
  "application/json5",
  "application/json-patch+json",
  "text/html, application/json",
  "",
])("refuses a body of the type %j", (type) => {
  const request = readEvent({ headers: { "content-type": type }, body: '{"code":"c"}' });
  expect(() => readJsonBody(request, ["code"])).toThrow("Send the body as JSON");
});
