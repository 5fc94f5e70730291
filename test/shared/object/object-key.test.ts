import { describe, expect, test } from "vitest";
import { userSegment } from "../../../shared/auth/user-segment.ts";
import { isOwnKey, isPlainKey, newKey, ownPrefixes } from "../../../shared/object/object-key.ts";
import { defineRules } from "../../../shared/object/rule.ts";
import { RULE as rule } from "../../support/signing.ts";

const now = Date.UTC(2026, 10, 23, 8, 0, 0);

test("a key has the prefix, the date, the time, 128 random bits and the extension", () => {
  const key = newKey(rule, "jpg", { user: undefined }, now);
  expect(key).toMatch(new RegExp(`^uploads/20261123/${now}_[0-9a-f]{32}\\.jpg$`));
});

test("a key has the caller's part", () => {
  const user = userSegment("openid-1", "a secret of this service");
  expect(newKey(rule, "jpg", { user }, now)).toMatch(new RegExp(`^uploads/${user}/20261123/`));
});

test("keys are unique, and each has all of its bits", () => {
  const keys = new Set(Array.from({ length: 1000 }, () => newKey(rule, "jpg", { user: undefined }, now)));
  expect(keys.size).toBe(1000);
  expect([...keys].filter((key) => !/_[0-9a-f]{32}\.jpg$/.test(key))).toEqual([]);
});

test.each([
  [undefined, ["public/", "uploads/", "uploads/big/"]],
  ["ann", ["public/ann/", "uploads/ann/", "uploads/big/ann/"]],
])("the prefixes of %j are each there once, in the order in which COS lists them", (user, prefixes) => {
  const rules = defineRules({
    big: { ...rule, prefix: "uploads/big" },
    photo: rule,
    video: rule,
    logo: { ...rule, prefix: "public" },
  });
  expect(ownPrefixes(rules, { user })).toEqual(prefixes);
});

describe("isOwnKey accepts a key", () => {
  const ann = { user: userSegment("ann", "s") };
  const nobody = { user: undefined };

  test("that was made for the caller", () => {
    expect(isOwnKey(newKey(rule, "jpg", ann, now), rule, ann)).toBe(true);
    expect(isOwnKey(newKey(rule, "jpg", nobody, now), rule, nobody)).toBe(true);
  });

  test.each([
    ["another caller's key", () => newKey(rule, "jpg", { user: userSegment("bob", "s") }, now), ann],
    ["an anonymous caller's key", () => newKey(rule, "jpg", nobody, now), ann],
    ["a caller's key for an anonymous caller", () => newKey(rule, "jpg", ann, now), nobody],
    ["one of another rule", () => `avatars/${ann.user}/20261123/1.jpg`, ann],
    ["one with more before it", () => `x/uploads/${ann.user}/20261123/1.jpg`, ann],
    ["one with more after its date", () => `uploads/${ann.user}/20261123/x/1.jpg`, ann],
    ["one with more before its date", () => `uploads/${ann.user}/x20261123/1.jpg`, ann],
    ["one without a date", () => `uploads/${ann.user}/1.jpg`, ann],
    ["one without a name", () => `uploads/${ann.user}/20261123/`, ann],
    ["a key without a prefix", () => "20261123/1.jpg", ann],
  ])("but not %s", (_, key, caller) => {
    expect(isOwnKey(key(), rule, caller)).toBe(false);
  });
});

test.each([
  ["2026-11-27T15:59:59.999Z", "20261127"],
  ["2026-11-27T16:00:00.000Z", "20261128"],
])("the date in a key made at %s is Beijing's", (at, date) => {
  expect(newKey(rule, "jpg", { user: "ann" }, Date.parse(at))).toContain(`uploads/ann/${date}/`);
});

// https://cloud.tencent.com/document/product/436/13324
test("a key has at most COS's 850 bytes", () => {
  const key = `uploads/${"图".repeat(280)}`;
  expect([850, 851].map((bytes) => isPlainKey(key.padEnd(key.length + bytes - 848, "a")))).toEqual([
    true,
    false,
  ]);
});
