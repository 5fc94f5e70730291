import { describe, expect, test } from "vitest";
import { decide } from "../../../../packages/cos-emulator/src/cam/decide.ts";
import { parsePolicy } from "../../../../packages/cos-emulator/src/cam/parse-policy.ts";
import type { AccessRequest, Decision } from "../../../../packages/cos-emulator/src/cam/policy.ts";

const RESOURCE = "qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/u/1/a.jpg";

function statement(change: object = {}): object {
  return { effect: "allow", action: ["name/cos:PutObject"], resource: [RESOURCE], ...change };
}

function decided(statements: object[], request: Partial<AccessRequest> = {}): Decision {
  const policy = parsePolicy(JSON.stringify({ version: "2.0", statement: statements }));
  return decide(policy, { action: "name/cos:PutObject", resource: RESOURCE, keys: new Map(), ...request });
}

function withKeys(condition: object, keys: Record<string, string>): Decision {
  return decided([statement({ condition })], { keys: new Map(Object.entries(keys)) });
}

const ALLOWED = { allowed: true };

test("allows the exact action and resource", () => {
  expect(decided([statement()])).toEqual(ALLOWED);
});

test.each([
  [
    "another action",
    { action: "name/cos:GetObject" },
    { kind: "action-not-allowed", action: "name/cos:GetObject", allowed: ["name/cos:PutObject"] },
  ],
  [
    "an action that only starts the same",
    { action: "name/cos:PutObjectACL" },
    { kind: "action-not-allowed", action: "name/cos:PutObjectACL", allowed: ["name/cos:PutObject"] },
  ],
  [
    "another key",
    { resource: `${RESOURCE}x` },
    { kind: "resource-not-allowed", resource: `${RESOURCE}x`, allowed: [RESOURCE] },
  ],
])("refuses %s with its cause", (_, request, cause) => {
  expect(decided([statement()], request)).toEqual({ allowed: false, cause });
});

test.each([["name/cos:*"], ["cos:PutObject"], ["*"], ["name/cos:Put*"]])(
  "the action %s covers name/cos:PutObject",
  (action) => {
    expect(decided([statement({ action })])).toEqual(ALLOWED);
  },
);

test.each([
  ["*", true],
  ["qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/*", true],
  ["qcs::cos:*:uid/1250000000:uploads-1250000000/u/*", true],
  ["qcs::cos:::uploads-1250000000/u/1/a.jpg", true],
  ["qcs::cos:ap-guangzhou:*:uploads-1250000000/*", true],
  // https://github.com/apache/fluss/issues/3983
  ["qcs::cos:ap-guangzhou:uid/*:uploads-1250000000/*", false],
  ["qcs::cos:ap-guangzhou:uid/125*:uploads-1250000000/*", false],
  ["qcs::cos:ap-beijing:uid/1250000000:uploads-1250000000/*", false],
  ["qcs::cos:ap-guangzhou:uid/1250000001:uploads-1250000000/*", false],
  ["qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/u/2/*", false],
  ["qcs::cos:*:other-1250000000/*:x", false],
])("the resource %s covers the key: %s", (resource, allowed) => {
  expect(decided([statement({ resource })]).allowed).toBe(allowed);
});

test("an explicit deny wins over an allow", () => {
  const decision = decided([statement(), statement({ effect: "deny", resource: "*" })]);
  expect(decision).toEqual({
    allowed: false,
    cause: {
      kind: "denied",
      by: "session-policy",
      action: "name/cos:PutObject",
      resource: RESOURCE,
      keys: {},
    },
  });
});

test("a denial under a condition reports the request's values", () => {
  const condition = { bool_equal: { "cos:secure-transport": "false" } };
  const keys = new Map([["cos:secure-transport", "false"]]);
  expect(decided([statement(), statement({ effect: "deny", condition })], { keys })).toEqual({
    allowed: false,
    cause: {
      kind: "denied",
      by: "session-policy",
      action: "name/cos:PutObject",
      resource: RESOURCE,
      keys: { "cos:secure-transport": "false" },
    },
  });
});

test("a deny whose condition does not hold denies nothing", () => {
  const deny = statement({ effect: "deny", condition: { bool_equal: { "cos:secure-transport": "false" } } });
  const keys = new Map([["cos:secure-transport", "true"]]);
  expect(decided([statement(), deny], { keys })).toEqual(ALLOWED);
});

test("a policy that only denies allows nothing", () => {
  expect(decided([statement({ effect: "deny", action: "name/cos:GetObject" })])).toEqual({
    allowed: false,
    cause: { kind: "nothing-allowed" },
  });
});

test("the cause is from the statement that came closest to allowing", () => {
  const far = statement({ action: "name/cos:GetObject" });
  const near = statement({ condition: { numeric_less_than_equal: { "cos:content-length": 5 } } });
  for (const statements of [
    [far, near],
    [near, far],
  ]) {
    expect(decided(statements, { keys: new Map([["cos:content-length", "6"]]) })).toEqual({
      allowed: false,
      cause: {
        kind: "condition-not-met",
        operator: "numeric_less_than_equal",
        key: "cos:content-length",
        wanted: ["5"],
        received: "6",
      },
    });
  }
});

describe("an operator", () => {
  test.each([
    ["string_equal", "cos:content-type", "image/png", "image/png", "image/PNG"],
    ["string_not_equal", "cos:content-type", "image/png", "image/gif", "image/png"],
    ["string_equal_ignore_case", "cos:content-type", "image/png", "IMAGE/png", "image/gif"],
    ["string_not_equal_ignore_case", "cos:content-type", "image/png", "image/gif", "IMAGE/png"],
    ["string_like", "cos:content-type", "image/*", "image/gif", "text/html"],
    ["string_not_like", "cos:content-type", "image/*", "text/html", "image/gif"],
    ["numeric_equal", "cos:content-length", 10, "10", "11"],
    ["numeric_not_equal", "cos:content-length", 10, "11", "10"],
    ["numeric_less_than", "cos:content-length", 10, "9", "10"],
    ["numeric_less_than_equal", "cos:content-length", 10, "10", "11"],
    ["numeric_greater_than", "cos:content-length", 10, "11", "10"],
    ["numeric_greater_than_equal", "cos:tls-version", "1.2", "1.3", "1.1"],
    ["bool_equal", "cos:secure-transport", "true", "true", "false"],
    ["ip_equal", "qcs:ip", "10.1.2.3/24", "10.1.2.200", "10.1.3.1"],
    ["ip_equal", "qcs:ip", "2001:db8::/32", "2001:db8::1", "10.1.3.1"],
    ["ip_not_equal", "qcs:ip", "10.1.2.0/24", "10.1.3.1", "10.1.2.1"],
  ])("%s %s %s holds for %s and not for %s", (operator, key, expected, good, bad) => {
    expect(withKeys({ [operator]: { [key]: expected } }, { [key]: good }).allowed).toBe(true);
    expect(withKeys({ [operator]: { [key]: expected } }, { [key]: bad }).allowed).toBe(false);
  });

  test("holds if any of several values matches", () => {
    const condition = { string_equal: { "cos:content-type": ["image/png", "image/gif"] } };
    expect(withKeys(condition, { "cos:content-type": "image/gif" }).allowed).toBe(true);
  });

  test("negated, holds only if none of several values matches", () => {
    const condition = { string_not_equal: { "cos:content-type": ["image/png", "image/gif"] } };
    expect(withKeys(condition, { "cos:content-type": "image/gif" }).allowed).toBe(false);
  });

  test("of several, all must hold", () => {
    const condition = {
      numeric_less_than_equal: { "cos:content-length": 10 },
      string_equal: { "cos:content-type": "image/png", "cos:x-cos-forbid-overwrite": "true" },
    };
    const good = {
      "cos:content-length": "10",
      "cos:content-type": "image/png",
      "cos:x-cos-forbid-overwrite": "true",
    };
    expect(withKeys(condition, good).allowed).toBe(true);
    for (const key of Object.keys(good)) {
      expect(withKeys(condition, { ...good, [key]: "999" }).allowed).toBe(false);
    }
  });

  test("without _if_exist does not hold when the request lacks the key", () => {
    expect(withKeys({ string_not_equal: { "cos:x-cos-acl": "public-read" } }, {})).toEqual({
      allowed: false,
      cause: {
        kind: "condition-not-met",
        operator: "string_not_equal",
        key: "cos:x-cos-acl",
        wanted: ["public-read"],
      },
    });
  });

  test("with _if_exist holds when the request lacks the key, and is checked when it has it", () => {
    const condition = { string_equal_if_exist: { "cos:x-cos-acl": "private" } };
    expect(withKeys(condition, {}).allowed).toBe(true);
    expect(withKeys(condition, { "cos:x-cos-acl": "public-read" }).allowed).toBe(false);
  });

  test("an invalid number matches nothing", () => {
    const condition = { numeric_less_than_equal: { "cos:content-length": 10 } };
    expect(withKeys(condition, { "cos:content-length": "0x1" }).allowed).toBe(false);
  });
});
