import { expect, test } from "vitest";
import { planFor } from "../../../shared/check/plan.ts";
import { undecided, verdictOf } from "../../../shared/check/verdict.ts";
import { checkRules } from "../../../shared/object/check-rules.ts";
import { defineRules, type NamedRule, type Rule } from "../../../shared/object/rule.ts";

const TYPES = {
  jpg: ["image/jpeg"],
  mp3: ["audio/mpeg"],
  ogg: ["application/ogg"],
  webp: ["image/webp"],
  mp4: ["video/mp4"],
} as const;

function rule(more: Partial<Rule> = {}): NamedRule {
  return { name: "r", types: TYPES, maxBytes: 1e9, prefix: "p", ...more };
}

function plan(ext: string, check: Rule["check"], byWeChat = true, size = 10) {
  const file = { key: `p/20261127/1_a.${ext}`, size, type: "", etag: "", storedAt: 0, rule: "r", meta: {} };
  return planFor(file, rule(check === undefined ? {} : { check }), byWeChat);
}

test.each<[string, Rule["check"], object]>([
  ["jpg", undefined, { is: "wechat", type: 2 }],
  ["mp3", undefined, { is: "wechat", type: 1 }],
  ["ogg", undefined, { is: "wechat", type: 1 }],
  ["webp", undefined, { is: "undecidable" }],
  ["mp4", undefined, { is: "none" }],
  ["jpg", "none", { is: "none" }],
  ["mp4", "after", { is: "undecidable" }],
  ["mp4", "before", { is: "undecidable" }],
  ["jpg", "before", { is: "wechat", type: 2 }],
])("with MEDIA_CHECK, .%s under a rule with check %s is %o", (ext, check, expected) => {
  expect(plan(ext, check)).toEqual(expected);
});

test("does not accept an image unseen because it is too large for WeChat", () => {
  expect(plan("jpg", undefined, true, 10 * 1024 ** 2 + 1)).toEqual({ is: "undecidable" });
});

test("without MEDIA_CHECK, only a rule that asks for a check has one", () => {
  expect(plan("jpg", undefined, false)).toEqual({ is: "none" });
  expect(plan("jpg", "after", false)).toEqual({ is: "undecidable" });
});

test("accepts only a pass, unless the rule accepts undecided files", () => {
  const lenient = rule({ undecided: "accept" });
  expect(verdictOf({ verdict: "pass", why: "Pass" }, rule())).toEqual({ state: "accepted" });
  expect(verdictOf({ verdict: "undecided", why: "Review" }, rule())).toEqual({
    state: "rejected",
    reason: "Review",
  });
  expect(verdictOf({ verdict: "undecided", why: "Review" }, lenient)).toEqual({ state: "accepted" });
  expect(verdictOf({ verdict: "risky", why: "Risky" }, lenient)).toEqual({
    state: "rejected",
    reason: "Risky",
  });
  expect(undecided("NoResult", rule({ undecided: "reject" }))).toEqual({
    state: "rejected",
    reason: "NoResult",
  });
});

test.each([
  ["check", "needs check as one of before, after, none"],
  ["undecided", "needs undecided as one of accept, reject"],
])("a rule with an unknown word for %s fails the build", (field, message) => {
  const table = { r: { types: TYPES, maxBytes: 1, prefix: "p", [field]: "never" } };
  const misspelt: unknown = defineRules(JSON.parse(JSON.stringify(table)));
  expect(() => checkRules(Object(misspelt))).toThrow(message);
});
