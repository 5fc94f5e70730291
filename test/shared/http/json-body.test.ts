import { expect, test } from "vitest";
import { readJsonBody } from "../../../shared/http/json-body.ts";
import { MAX_TEXT_LENGTH, readEvent } from "../../../shared/http/request.ts";

/** A request with a body of so many bytes. */
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

test.each([false, true])("a body has 16 KiB at the most (in base64: %s)", (isBase64Encoded) => {
  expect(readJsonBody(bodyOf(16_384, isBase64Encoded), ["code"]).code).toHaveLength(16_384 - 11);
  expect(() => readJsonBody(bodyOf(16_385, isBase64Encoded), ["code"])).toThrow("at most 16384 bytes");
});

test("a body is measured in bytes of UTF-8, and not in characters", () => {
  const body = JSON.stringify({ code: "照".repeat(6000) });
  const request = readEvent({ headers: { "content-type": "application/json" }, body });
  expect(() => readJsonBody(request, ["code"])).toThrow("at most 16384 bytes");
});

test("of a path, a header and a parameter 16 KiB and one character are read, so that each reader sees that it is too long", () => {
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

test("a body with another field is refused, and told which it may have", () => {
  const body = JSON.stringify({ code: "c", ext: "jpg" });
  const request = readEvent({ headers: { "content-type": "application/json" }, body });
  expect(() => readJsonBody(request, ["code"])).toThrow("The body may have only these fields: code.");
});
