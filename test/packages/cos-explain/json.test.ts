import { expect, test } from "vitest";
import { AnswerUnreadable, answersOf } from "../../../packages/cos-explain/src/answer/answer.ts";
import { parsePostPolicy } from "../../../packages/cos-explain/src/answer/post-policy.ts";
import { parseRequest, RequestUnreadable } from "../../../packages/cos-explain/src/index.ts";

test("unknown conditions in a POST policy are ignored, and the others are read", () => {
  const conditions = [
    ["eq", "$key", 5],
    ["starts-with", "$key", "uploads/"],
    ["content-length-range", "1", "2"],
    ["content-length-range", 1, 2],
    null,
    "eq",
    { bucket: "examplebucket-1250000000", size: 5 },
  ];
  expect(parsePostPolicy(JSON.stringify({ conditions }))).toMatchObject({
    conditions: [
      { match: "starts-with", field: "key", value: "uploads/" },
      { match: "eq", field: "bucket", value: "examplebucket-1250000000" },
    ],
    lengthRange: { min: 1, max: 2 },
  });
});

const WRONG: readonly unknown[] = [null, 0, true, "text", [], {}, [[]], { a: { b: 1 } }];

test.each(WRONG.map((wrong) => [JSON.stringify(wrong), wrong] as const))(
  "an answer's members that are %s count as missing",
  (_, wrong) => {
    const answer = { cosKey: "k", authorization: "q-ak=A", method: 5, maxBytes: wrong, headers: wrong };
    const [read] = answersOf({ ...answer, serverTime: [wrong], policy: [wrong], credentials: wrong });
    expect(read).toMatchObject({ key: "k", kind: "put", method: "PUT", serverTime: undefined });
    if (typeof wrong !== "object" || wrong === null) expect(read?.headers.size).toBe(0);
    expect(() => answersOf({ ...answer, cosKey: wrong === "text" ? 1 : wrong })).toThrow(AnswerUnreadable);
    expect(() => answersOf(wrong)).toThrow(AnswerUnreadable);
  },
);

test.each(WRONG.map((wrong) => [JSON.stringify(wrong), wrong] as const))(
  "a request's members that are %s count as missing, and a request without an address is refused",
  (_, wrong) => {
    const request = { url: "/k", headers: wrong, fields: wrong, fileBytes: [wrong] };
    const read = parseRequest(JSON.stringify({ ...request, headers: { host: "h", "content-length": 3 } }));
    expect(read).toMatchObject({ method: "GET", host: "h", path: "/k", fileBytes: undefined });
    expect(read.headers.get("content-length")).toBe("3");
    const noUrl = JSON.stringify({ ...request, url: wrong === "text" ? 1 : wrong });
    expect(() => parseRequest(noUrl)).toThrow(RequestUnreadable);
    const har = { log: { entries: [wrong] } };
    expect(() => parseRequest(JSON.stringify(har))).toThrow(RequestUnreadable);
  },
);
