import { expect, test } from "vitest";
import { newObject, userSegment } from "../../../shared/upload/object-key.ts";
import { rules } from "../../../shared/upload/rules.ts";

const rule = rules.named("photo");
if (rule === undefined) throw new Error("The table has no photo rule.");
const file = { rule, ext: "jpg", defaultType: "image/jpeg", pinned: {} };
const now = Date.UTC(2026, 10, 23, 8, 0, 0);

test("a key has the prefix, the date, the time, 128 random bits and the extension", () => {
  const { key } = newObject(file, { user: undefined }, now);
  expect(key).toMatch(new RegExp(`^uploads/20261123/${now}_[0-9a-f]{32}\\.jpg$`));
});

test("a key carries the caller", () => {
  const user = userSegment("openid-1", "a secret of this service");
  expect(newObject(file, { user }, now).key).toMatch(new RegExp(`^uploads/${user}/20261123/`));
});

test("no two keys are the same", () => {
  const keys = new Set(Array.from({ length: 1000 }, () => newObject(file, { user: undefined }, now).key));
  expect(keys.size).toBe(1000);
});

test("the user's part is stable, differs between users and secrets, and does not show the sub", () => {
  expect(userSegment("openid-1", "s")).toBe(userSegment("openid-1", "s"));
  expect(userSegment("openid-1", "s")).not.toBe(userSegment("openid-2", "s"));
  expect(userSegment("openid-1", "s")).not.toBe(userSegment("openid-1", "t"));
  expect(userSegment("../openid/*", "s")).toMatch(/^[0-9a-f]{32}$/);
});
