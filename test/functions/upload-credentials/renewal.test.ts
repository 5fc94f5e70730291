import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Begun, renewals } from "../../../functions/upload-credentials/renewal.ts";
import { anyText } from "../../support/any-text.ts";

const SECRET = "a secret of this service";
const BUCKET = "uploads-1250000000";
const { proofFor, read } = renewals(SECRET, BUCKET, 86_400);
const ann = { user: "ann" };
const nobody = { user: undefined };
const begun: Begun = {
  key: "a.mp4",
  ruleName: "video",
  pinned: { size: 5, type: "video/mp4" },
  renewableUntil: 1_767_409_445,
};
const claimsOf = (claims: object) => Buffer.from(JSON.stringify(claims)).toString("base64url");

test("a proof holds what was begun and an HMAC over it and its purpose", () => {
  const expected = (user: string) => {
    const claims = claimsOf({ renewableUntil: begun.renewableUntil, pinned: begun.pinned });
    const seal = createHmac("sha256", SECRET)
      .update(JSON.stringify(["renewal", BUCKET, "a.mp4", "video", user, claims]))
      .digest("base64url");
    return `${claims}.${seal}`;
  };
  expect(proofFor(begun, ann)).toBe(expected("ann"));
  expect(proofFor(begun, nobody)).toBe(expected(""));
});

test.each([
  ["a type and a size", begun.pinned],
  ["a size of nothing", { size: 0 }],
  ["a type", { type: 'text/plain; charset="utf-8"' }],
  ["nothing", {}],
])("a proof says what was begun, with %s pinned", (_, pinned) => {
  const upload = { ...begun, pinned };
  expect(read(proofFor(upload, ann), "a.mp4", "video", ann)).toEqual(upload);
});

test.each([
  ["another key", "b.mp4", "video", ann],
  ["another rule", "a.mp4", "photo", ann],
  ["another caller", "a.mp4", "video", { user: "bob" }],
  ["no caller", "a.mp4", "video", nobody],
  ["parts that run into each other", "a.mp4v", "ideo", ann],
])("a proof is not accepted for %s", (_, key, rule, caller) => {
  expect(read(proofFor(begun, ann), key, rule, caller)).toBeUndefined();
});

/** The seal of a valid proof on other claims. */
const resealed = (change: object) => {
  const { renewableUntil, pinned } = begun;
  return `${claimsOf({ renewableUntil, pinned, ...change })}.${proofFor(begun, ann).split(".")[1]}`;
};

test.each([
  ["made up", () => "x"],
  ["made up in two parts", () => "x.y"],
  ["empty", () => ""],
  ["two empty parts", () => "."],
  ["cut", () => proofFor(begun, ann).slice(0, -1)],
  ["lengthened", () => `${proofFor(begun, ann)}.x`],
  ["without its seal", () => proofFor(begun, ann).split(".")[0] ?? ""],
  ["made with another secret", () => renewals("another secret", BUCKET, 86_400).proofFor(begun, ann)],
  ["for another bucket", () => renewals(SECRET, "others-1250000000", 86_400).proofFor(begun, ann)],
  ["given more time", () => resealed({ renewableUntil: begun.renewableUntil + 1 })],
  ["given more bytes", () => resealed({ pinned: { size: 6, type: "video/mp4" } })],
  ["rid of what was pinned", () => resealed({ pinned: {} })],
])("a proof that is %s is not accepted", (_, proof) => {
  expect(read(proof(), "a.mp4", "video", ann)).toBeUndefined();
});

test("any other text is rejected without an exception", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      expect(read(text, "a.mp4", "video", ann)).toBeUndefined();
    }),
  );
});
