import { expect, test } from "vitest";
import { resource, sessionPolicy } from "../../../shared/sts/session-policy.ts";

const bucket = { bucket: "b-1250000000", appId: "1250000000", region: "ap-guangzhou", host: "h" };
const overHttps = { "cos:secure-transport": "true" };
const grant = (key: string, maxBytes = 5) => ({
  key,
  permissions: [
    { actions: ["PutObject"], condition: { numeric_less_than_equal: { "cos:content-length": maxBytes } } },
  ],
});

test("a policy allows one action on one exact object, over HTTPS, and names no principal", () => {
  expect(sessionPolicy([grant("uploads/a.jpg")], bucket)).toEqual({
    version: "2.0",
    statement: [
      {
        effect: "allow",
        action: ["name/cos:PutObject"],
        resource: ["qcs::cos:ap-guangzhou:uid/1250000000:b-1250000000/uploads/a.jpg"],
        condition: { numeric_less_than_equal: { "cos:content-length": 5 }, bool_equal: overHttps },
      },
    ],
  });
});

test.each([
  ["without a condition", undefined, { bool_equal: overHttps }],
  [
    "with a bool_equal of its own",
    { bool_equal: { "cos:x": "false" } },
    { bool_equal: { "cos:x": "false", ...overHttps } },
  ],
  [
    "with one that would allow plain HTTP",
    { bool_equal: { "cos:secure-transport": "false" } },
    { bool_equal: overHttps },
  ],
])("a permission %s also requires HTTPS", (_, given, condition) => {
  const permission = { actions: ["GetObject"], ...(given !== undefined && { condition: given }) };
  const policy = sessionPolicy([{ key: "a.jpg", permissions: [permission] }], bucket);
  expect(policy.statement.map((statement) => statement.condition)).toEqual([condition]);
});

test("grants of one kind share a statement; another limit has its own", () => {
  const grants = [grant("a.jpg"), grant("b.mp4", 9), grant("c.jpg")];
  const { statement } = sessionPolicy(grants, bucket);
  expect(statement.map((part) => part.resource.map((name) => name.split("/").at(-1)))).toEqual([
    ["a.jpg", "c.jpg"],
    ["b.mp4"],
  ]);
});

test.each([
  ["empty", ""],
  ["a wildcard", "u/1/*"],
  ["a leading slash", "/a"],
  ["a control character", "a\nb"],
  ["a NUL", "a\0"],
  ["a lone surrogate", "a\ud800"],
  ["two dots", "a/../b"],
  ["an empty segment", "a//b"],
  ["longer than COS takes", "x".repeat(851)],
])("a key that is %s never reaches a policy", (_, key) => {
  expect(() => resource(key, bucket)).toThrow(TypeError);
});

test("a key with Chinese, spaces, emoji and percent signs is written unchanged", () => {
  expect(resource("照 片/😀%2F.jpg", bucket)).toMatch(/照 片\/😀%2F\.jpg$/);
});

test.each([
  ["as long as COS takes", "x".repeat(850)],
  ["with a dot in a name", "a/.b./c..d"],
])("a key that is %s is accepted", (_, key) => {
  expect(resource(key, bucket)).toContain(`/${key}`);
});

test("a key with a segment of one dot never reaches a policy, and the error says what is wrong", () => {
  expect(() => resource("a/./b", bucket)).toThrow("An object key that cannot go into a policy.");
});

test("a grant on a prefix covers what is under it, but not its neighbours", () => {
  const permissions = [{ actions: ["DeleteObject"] }];
  const policy = sessionPolicy([{ key: "uploads/ann", isPrefix: true, permissions }], bucket);
  expect(policy.statement).toEqual([
    {
      effect: "allow",
      action: ["name/cos:DeleteObject"],
      resource: ["qcs::cos:ap-guangzhou:uid/1250000000:b-1250000000/uploads/ann/*"],
      condition: { bool_equal: overHttps },
    },
  ]);
});

test.each([
  ["a trailing slash", "uploads/"],
  ["an empty text", ""],
  ["a wildcard", "uploads/*"],
  ["a step upwards", "uploads/.."],
])("attack: a prefix with %s never reaches a policy", (_, key) => {
  expect(() =>
    sessionPolicy([{ key, isPrefix: true, permissions: [{ actions: ["GetBucket"] }] }], bucket),
  ).toThrow(TypeError);
});
