import { expect, test } from "vitest";
import { defineRules, type Rule } from "../../../shared/object/rule.ts";

const photo: Rule = { types: { jpg: ["image/jpeg"], png: ["image/png"] }, maxBytes: 10, prefix: "uploads" };

const table = () =>
  defineRules({ hidden: { ...photo, onlyByName: true }, photo, other: { ...photo, maxBytes: 20 } });

test("a table of rules is available as a whole, with each rule's name", () => {
  expect(table().all).toEqual([
    { ...photo, onlyByName: true, name: "hidden" },
    { ...photo, name: "photo" },
    { ...photo, maxBytes: 20, name: "other" },
  ]);
});

test("a rule is found by its name", () => {
  expect(table().named("other")).toEqual({ ...photo, maxBytes: 20, name: "other" });
  expect(table().named("none")).toBeUndefined();
});

test("finds the first rule that takes an extension without being named", () => {
  expect(table().forExtension("jpg")).toEqual({ ...photo, name: "photo" });
  expect(table().forExtension("png")?.name).toBe("photo");
  expect(table().forExtension("gif")).toBeUndefined();
});
