import { expect, test } from "vitest";
import { allPrefixes, belongings } from "../../../functions/objects/own-objects.ts";
import { defineRules } from "../../../shared/object/rule.ts";
import { RULE } from "../../support/signing.ts";

const KEY = "uploads/ann/20261127/1_a.jpg";
const RECORDS = [`life/state/${KEY}/began`, `life/state/${KEY}/ended`];

// In another order, a file that passes meanwhile would be copied to a key that was emptied already, and its record be there.
test.each([KEY, `pending/${KEY}`])(
  "a file that waits for its check is deleted where it waits first: %s",
  (key) => {
    const rules = defineRules({ photo: { ...RULE, check: "before" } });
    expect(belongings(key, rules)).toEqual([`pending/${KEY}`, ...RECORDS, KEY]);
  },
);

test("everything is deleted in the same order, whatever the prefix", () => {
  const rules = defineRules({ photo: { ...RULE, check: "before" }, avatar: { ...RULE, prefix: "avatars" } });
  const own = ["avatars/ann/", "uploads/ann/"];
  const places = ["pending/", "", "rejected/", "life/state/"];
  expect(allPrefixes(rules, { user: "ann" })).toEqual(
    places.flatMap((place) => own.map((prefix) => place + prefix)),
  );
});
