import { describe, expect, test } from "vitest";
import { readAudit, readAuditToken } from "../../../shared/check/audit.ts";
import type { HttpRequest } from "../../../shared/http/request.ts";

const BUCKET = {
  bucket: "b-1250000000",
  appId: "1250000000",
  region: "ap-guangzhou",
  host: "files.example.com",
};
const TOKEN = "t".repeat(32);

/** The simple form of https://cloud.tencent.com/document/product/436/54404 */
const DATA = {
  forbidden_status: 0,
  event: "ReviewImage",
  porn_info: { hit_flag: 0, label: "", score: 0 },
  result: 0,
  trace_id: "sc1",
  url: "http://b-1250000000.cos.ap-guangzhou.myqcloud.com/uploads/a%20b.jpg",
};

function read(data: object, tokens: string[] = [TOKEN], expected: string | undefined = TOKEN) {
  const body = JSON.stringify({ code: 0, message: "success", data: { ...DATA, ...data } });
  return readAudit(request(tokens, body), expected, BUCKET);
}

function request(tokens: string[], body: string): HttpRequest {
  return { method: "POST", path: "/", headers: new Map(), query: new Map([["token", tokens]]), body };
}

test.each([
  [0, "pass"],
  [1, "risky"],
  [2, "undecided"],
])("result %i is %s", (result, verdict) => {
  expect(read({ result })).toMatchObject({ key: "uploads/a b.jpg", verdict });
});

test.each([
  ["an unknown result", { result: 3 }],
  ["no result", { result: undefined }],
  ["null, which is not 0", { result: null }],
  ["an empty text, which is not 0", { result: "" }],
  ["another bucket's object", { url: "http://other-1250000000.cos.ap-guangzhou.myqcloud.com/a.jpg" }],
  ["an invalid address", { url: "uploads/a.jpg" }],
  ["a broken escape", { url: "http://files.example.com/%E0%A4%A" }],
])("refuses to read %s", (_, data) => {
  expect(read(data)).toBeUndefined();
});

describe("refuses", () => {
  const refused = expect.objectContaining({ status: 403, code: "PushRefused" });
  test.each<[string, string[], string | undefined]>([
    ["no token", [], TOKEN],
    ["another token", ["u".repeat(32)], TOKEN],
    ["a part of it", [TOKEN.slice(1)], TOKEN],
    ["two tokens", [TOKEN, TOKEN], TOKEN],
    ["any token where none is set", ["undefined"], undefined],
  ])("%s", (_, tokens, expected) => {
    expect(() => read({}, tokens, expected)).toThrow(refused);
  });

  test("invalid JSON", () => {
    expect(() => readAudit(request([TOKEN], "<xml/>"), TOKEN, BUCKET)).toThrow(refused);
  });

  test("more than 64 KiB", () => {
    const body = JSON.stringify({ data: DATA }).padEnd(65_536);
    expect(readAudit(request([TOKEN], body), TOKEN, BUCKET)).toMatchObject({ verdict: "pass" });
    const tooLarge = expect.objectContaining({ status: 413, code: "RequestTooLarge" });
    expect(() => readAudit(request([TOKEN], `${body} `), TOKEN, BUCKET)).toThrow(tooLarge);
  });
});

test("a guessable token is not accepted as a setting", () => {
  expect(() => readAuditToken({ COS_AUDIT_TOKEN: "short" })).toThrow(/COS_AUDIT_TOKEN must be 32 to 128/);
});
