import { expect, test } from "vitest";
import { acceptedKey, claimOf, newObject } from "../../../shared/upload/new-object.ts";
import { newObjectOf, RULE as rule } from "../../support/signing.ts";

const KEY = "uploads/ann/20261123/1_a.jpg";

test("a new object is the file as given, with a key for its rule, extension, caller and time", () => {
  const now = Date.UTC(2026, 10, 23, 8, 0, 0);
  const file = { rule, ext: "jpg", defaultType: "image/jpeg", pinned: { size: 3 }, metadata: {} };
  expect(newObject(file, { user: "ann" }, now)).toEqual({
    ...file,
    key: expect.stringMatching(new RegExp(`^uploads/ann/20261123/${now}_[0-9a-f]{32}\\.jpg$`)),
  });
});

test.each([
  [undefined, "uploads/"],
  ["none", "uploads/"],
  ["after", "uploads/"],
  ["before", "pending/uploads/"],
] as const)("a file of a rule with the check %s is uploaded under %s", (check, prefix) => {
  const checked = { ...rule, ...(check !== undefined && { check }) };
  const file = { rule: checked, ext: "jpg", defaultType: "image/jpeg", pinned: {}, metadata: {} };
  const { key } = newObject(file, { user: "ann" }, 0);
  expect(key.startsWith(`${prefix}ann/19700101/0_`)).toBe(true);
  // The answer names the key that it gets, and no key where it has that already.
  expect(acceptedKey(key)).toEqual(check === "before" ? { acceptedKey: key.slice("pending/".length) } : {});
});

test.each([
  [{}, 1000],
  [{ size: 7 }, 7],
  [{ size: 1 }, 1],
  // Its signature is good for a copy of any object too.
  [{ size: 0 }, 1000],
])(
  "a file with %j counts as %i bytes of a quota: its own, or the most that its rule allows",
  (pinned, bytes) => {
    expect(claimOf(newObjectOf({ key: KEY, pinned }))).toEqual({ key: KEY, rule, bytes });
  },
);
