import { expect, test } from "vitest";
import { allPrefixes, belongings } from "../../../functions/objects/own-objects.ts";
import { defineRules } from "../../../shared/object/rule.ts";
import { RULE } from "../../support/signing.ts";

const KEY = "uploads/ann/20261127/1_a.jpg";
const RECORDS = [`life/state/${KEY}/began`, `life/state/${KEY}/ended`];

test.each([
  ["before", KEY, [`pending/${KEY}`]],
  ["before", `pending/${KEY}`, [`pending/${KEY}`]],
  ["after", KEY, []],
  // Its rule was another when it was uploaded.
  ["after", `pending/${KEY}`, [`pending/${KEY}`]],
] as const)("what belongs to a file of a rule that checks %s: %s", (check, key, waiting) => {
  const rules = defineRules({ photo: { ...RULE, check } });
  expect(belongings(key, rules)).toEqual({ waiting, records: RECORDS, stored: [KEY] });
});

test("everything is deleted in the same order, whatever the prefix", () => {
  const rules = defineRules({ photo: { ...RULE, check: "before" }, avatar: { ...RULE, prefix: "avatars" } });
  const own = ["avatars/ann/", "uploads/ann/"];
  const places = ["pending/", "life/state/", "", "rejected/"];
  expect(allPrefixes(rules, { user: "ann" })).toEqual(
    places.flatMap((place) => own.map((prefix) => place + prefix)),
  );
});
