import { expect, test } from "vitest";
import { policySignature } from "../../../shared/cos/post-policy.ts";
import { PLAIN } from "../../../shared/upload/conditions.ts";
import { post } from "../../../shared/upload/post.ts";
import { BUCKET, CREDENTIAL, newObjectOf, RULE } from "../../support/signing.ts";

const TIME = { start: 1_767_322_985, end: 1_767_323_945 };
const KEY_TIME = "1767322985;1767323945";
const MD5 = "mQ/fVh815F3k6TAUm8m0eg==";
const KEY = "uploads/20260102/1_a.jpg";

/** The answer, its policy as text, and that text as JSON. */
function answered(object = newObjectOf()) {
  const answer: Record<string, unknown> = { ...post.answer(object, CREDENTIAL, TIME, BUCKET) };
  const text = Buffer.from(String(answer["policy"]), "base64").toString("utf8");
  return { answer, text, policy: JSON.parse(text) };
}

test("the credential allows one POST on the one key, without a condition on the form's length", () => {
  expect(post.grant(newObjectOf())).toEqual({
    key: KEY,
    permissions: [{ actions: ["PostObject"], condition: PLAIN }],
  });
});

test("under a rule with forbidOverwrite, the credential requires the header, and the answer names it", () => {
  const object = newObjectOf({ rule: { ...RULE, forbidOverwrite: true } });
  expect(post.grant(object).permissions).toEqual([
    {
      actions: ["PostObject"],
      condition: { ...PLAIN, string_equal: { "cos:x-cos-forbid-overwrite": "true" } },
    },
  ]);
  expect(answered(object).answer["headers"]).toEqual({ "x-cos-forbid-overwrite": "true" });
});

test("leaves open what the caller did not fix, up to the rule's length", () => {
  const { answer, text, policy } = answered();
  expect(policy).toEqual({
    expiration: "2026-01-02T03:19:05.000Z",
    conditions: [
      { bucket: BUCKET.bucket },
      { key: KEY },
      ["content-length-range", 0, 1000],
      { "q-sign-algorithm": "sha1" },
      { "q-ak": "AKIDtmp" },
      { "q-sign-time": KEY_TIME },
    ],
  });
  const signature = policySignature(text, KEY_TIME, CREDENTIAL.tmpSecretKey);
  expect(answer).toStrictEqual({
    policy: answer["policy"],
    qSignAlgorithm: "sha1",
    qAk: "AKIDtmp",
    qKeyTime: KEY_TIME,
    qSignature: signature,
    method: "POST",
    url: `https://${BUCKET.host}/`,
    fields: {
      key: KEY,
      success_action_status: "200",
      "Content-Type": "image/jpeg",
      "q-sign-algorithm": "sha1",
      "q-ak": "AKIDtmp",
      "q-key-time": KEY_TIME,
      "q-signature": signature,
      policy: answer["policy"],
      "x-cos-security-token": "the-token",
    },
  });
});

test("the policy and the fields have what the caller fixed", () => {
  const { answer, policy } = answered(newObjectOf({ pinned: { type: "image/pjpeg", size: 7, md5: MD5 } }));
  expect(policy.conditions.slice(1, 5)).toEqual([
    { key: KEY },
    { "Content-Type": "image/pjpeg" },
    { "Content-MD5": MD5 },
    ["content-length-range", 7, 7],
  ]);
  expect(answer["fields"]).toMatchObject({ "Content-Type": "image/pjpeg", "Content-MD5": MD5 });
});
