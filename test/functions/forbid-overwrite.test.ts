import { expect, test } from "vitest";
import { defineRules } from "../../shared/object/rule.ts";
import { newObject } from "../../shared/upload/new-object.ts";
import { post } from "../../shared/upload/post.ts";
import { put } from "../../shared/upload/put.ts";

const rule = defineRules({
  once: { types: { jpg: ["image/jpeg"] }, maxBytes: 5, prefix: "once", forbidOverwrite: true },
}).named("once");
if (rule === undefined) throw new Error("The rule is not there.");
const object = newObject(
  { rule, ext: "jpg", defaultType: "image/jpeg", pinned: {}, metadata: {} },
  { user: undefined },
  0,
);
const credential = {
  tmpSecretId: "id",
  tmpSecretKey: "key",
  securityToken: "token",
  startTime: 0,
  expiredTime: 900,
};
const bucket = { bucket: "b-1250000000", appId: "1250000000", region: "ap-guangzhou", host: "h" };
const time = { start: 0, end: 900 };

test("a PUT signs x-cos-forbid-overwrite and tells the client to send it", () => {
  expect(put.answer(object, credential, time, bucket)).toMatchObject({
    authorization: expect.stringContaining("q-header-list=host;x-cos-forbid-overwrite&"),
    headers: { "x-cos-forbid-overwrite": "true" },
  });
});

test("a POST's session policy requires the header, and the answer tells the client to send it", () => {
  expect(post.grant(object).permissions).toMatchObject([
    { actions: ["PostObject"], condition: { string_equal: { "cos:x-cos-forbid-overwrite": "true" } } },
  ]);
  expect(post.answer(object, credential, time, bucket)).toMatchObject({
    headers: { "x-cos-forbid-overwrite": "true" },
  });
});
