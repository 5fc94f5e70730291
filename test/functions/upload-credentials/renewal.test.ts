import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { renewals } from "../../../functions/upload-credentials/renewal.ts";

const { proofFor, accepts } = renewals("a secret of this service");
const ann = { user: "ann" };
const nobody = { user: undefined };

test("a proof is an HMAC of what it is for, told apart from every other use of the secret", () => {
  const expected = (user: string) =>
    createHmac("sha256", "a secret of this service")
      .update(JSON.stringify(["renewal", "a.mp4", "video", user]))
      .digest("base64url");
  expect(proofFor("a.mp4", "video", ann)).toBe(expected("ann"));
  expect(proofFor("a.mp4", "video", nobody)).toBe(expected(""));
});

test("a proof is accepted for its own key, rule and caller", () => {
  expect(accepts(proofFor("a.mp4", "video", ann), "a.mp4", "video", ann)).toBe(true);
});

test.each([
  ["another key", "b.mp4", "video", ann],
  ["another rule", "a.mp4", "photo", ann],
  ["another caller", "a.mp4", "video", { user: "bob" }],
  ["no caller", "a.mp4", "video", nobody],
  ["parts that run into each other", "a.mp4v", "ideo", ann],
])("a proof is not accepted for %s", (_, key, rule, caller) => {
  expect(accepts(proofFor("a.mp4", "video", ann), key, rule, caller)).toBe(false);
});

test.each([
  ["made up", () => "x"],
  ["empty", () => ""],
  ["cut", () => proofFor("a.mp4", "video", ann).slice(0, -1)],
  ["made with another secret", () => renewals("another secret").proofFor("a.mp4", "video", ann)],
])("a proof that is %s is not accepted", (_, proof) => {
  expect(accepts(proof(), "a.mp4", "video", ann)).toBe(false);
});
