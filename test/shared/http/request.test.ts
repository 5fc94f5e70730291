import { expect, test } from "vitest";
import { MAX_BODY_BYTES, MAX_TEXT_LENGTH, readEvent } from "../../../shared/http/request.ts";

const full = "a".repeat(MAX_TEXT_LENGTH);
const over = `${full}b`;
const more = `${over}c`;

test("reads texts of the maximum length unchanged", () => {
  const { path, headers, query } = readEvent({
    path: full,
    headers: { [full]: full },
    queryString: { [full]: [full, full] },
  });
  expect([path, ...(headers.entries().next().value ?? [])]).toEqual([full, full, full]);
  expect([...query]).toEqual([[full, [full, full]]]);
});

test("cuts a longer text to one character more than the limit, so that every reader finds it too long", () => {
  const { method, path, headers, query } = readEvent({
    httpMethod: more,
    path: more,
    headers: { [more]: more, joined: [full, full] },
    queryString: { [more]: [more, "x"] },
  });
  expect(method).toBe(over.toUpperCase());
  expect(path).toBe(over);
  expect([...headers]).toEqual([
    [over, over],
    ["joined", `${full},`],
  ]);
  expect([...query]).toEqual([[over, [over, "x"]]]);
});

test("decodes a base64 body up to the longest body, and does not process a longer one", () => {
  const read = (bytes: number) => {
    const body = Buffer.alloc(bytes, "x").toString("base64");
    return { body, read: readEvent({ body, isBase64Encoded: true }).body };
  };
  expect(read(MAX_BODY_BYTES).read).toBe("x".repeat(MAX_BODY_BYTES));
  const long = read(MAX_BODY_BYTES + 3);
  expect(long.read).toBe(long.body);
  expect(long.read.length).toBeGreaterThan(MAX_BODY_BYTES);
});

// https://github.com/jeremydaly/lambda-api/issues/8
test.each([
  ["/put-sign?ext=jpg&name=a%20b", {}, "/put-sign", { ext: ["jpg"], name: ["a b"] }],
  ["/put-sign?", {}, "/put-sign", {}],
  ["/put-sign?name=a?b", {}, "/put-sign", { name: ["a?b"] }],
  ["?ext=jpg", {}, "/", { ext: ["jpg"] }],
  ["/put-sign?ext=jpg", { ext: "png" }, "/put-sign", { ext: ["png"] }],
])("a path may have the query that belongs to it: %s", (path, queryString, alone, read) => {
  const request = readEvent({ path, queryString });
  expect(request.path).toBe(alone);
  expect(Object.fromEntries(request.query)).toEqual(read);
});
