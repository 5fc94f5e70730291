import { expect, test } from "vitest";
import { authorization } from "../../../shared/cos/authorization.ts";
import { put } from "../../../shared/upload/put.ts";
import { BUCKET, CREDENTIAL, newObjectOf, RULE } from "../../support/signing.ts";

const TIME = { start: 1_767_322_985, end: 1_767_323_945 };
const MD5 = "mQ/fVh815F3k6TAUm8m0eg==";

const signedOver = (key: string, headers: Record<string, string>) =>
  authorization({ method: "PUT", key, headers: { host: BUCKET.host, ...headers } }, CREDENTIAL, TIME);

test("the credential allows one PUT of the rule's length on the one key", () => {
  expect(put.grant(newObjectOf())).toEqual({
    key: "uploads/20260102/1_a.jpg",
    permissions: [
      {
        actions: ["PutObject"],
        condition: {
          numeric_less_than_equal: { "cos:content-length": 1000 },
          string_equal_if_exist: {
            "cos:x-cos-acl": ["default", "private"],
            "cos:x-cos-storage-class": "STANDARD",
            // What platforms add on their own, and then the rule's own types by every name.
            "cos:content-type": [
              "application/json",
              "application/json;charset=utf-8",
              "application/json; charset=utf-8",
              "application/x-www-form-urlencoded",
              "application/x-www-form-urlencoded;charset=utf-8",
              "application/x-www-form-urlencoded; charset=utf-8",
              "application/octet-stream",
              "binary/octet-stream",
              "text/plain",
              "text/plain;charset=UTF-8",
              "image/jpeg",
              "image/jpg",
              "image/pjpeg",
            ],
          },
        },
      },
    ],
  });
});

test("the credential allows a requested type", () => {
  const type = "image/jpeg;charset=x";
  expect(put.grant(newObjectOf({ pinned: { type } })).permissions[0]?.condition).toMatchObject({
    string_equal_if_exist: { "cos:content-type": expect.arrayContaining([type]) },
  });
  const typesWith = (pinned: { type?: string }) =>
    put.grant(newObjectOf({ pinned })).permissions[0]?.condition?.["string_equal_if_exist"]?.[
      "cos:content-type"
    ];
  expect(typesWith({ type: "image/jpeg" })).toEqual(typesWith({}));
});

test("does not sign what the caller did not fix, and lists what to send", () => {
  const { key } = newObjectOf();
  const signature = signedOver(key, {});
  expect(put.answer(newObjectOf(), CREDENTIAL, TIME, BUCKET)).toEqual({
    authorization: signature,
    method: "PUT",
    url: `https://${BUCKET.host}/${key}`,
    headers: {
      Authorization: signature,
      "x-cos-security-token": "the-token",
      "content-type": "image/jpeg",
    },
  });
  expect(signature).toContain("q-header-list=host&");
});

test("signs what the caller fixed, and what the rule forbids", () => {
  const object = newObjectOf({
    pinned: { type: "image/pjpeg", size: 0, md5: MD5 },
    rule: { ...RULE, forbidOverwrite: true },
  });
  const signature = signedOver(object.key, {
    "content-type": "image/pjpeg",
    "content-length": "0",
    "content-md5": MD5,
    "x-cos-forbid-overwrite": "true",
  });
  expect(put.answer(object, CREDENTIAL, TIME, BUCKET)).toMatchObject({
    authorization: signature,
    headers: {
      Authorization: signature,
      "x-cos-security-token": "the-token",
      "content-type": "image/pjpeg",
      "content-md5": MD5,
      "x-cos-forbid-overwrite": "true",
    },
  });
  expect(signature).toContain(
    "q-header-list=content-length;content-md5;content-type;host;x-cos-forbid-overwrite&",
  );
});

test("attack: the file's own name and values are signed, so that nobody can store it with others", () => {
  const metadata = { "content-disposition": 'inline; filename="a.jpg"', "x-cos-meta-order": "7" };
  const object = newObjectOf({ metadata });
  const signature = signedOver(object.key, metadata);
  expect(signature).toContain("q-header-list=content-disposition;host;x-cos-meta-order&");
  expect(put.answer(object, CREDENTIAL, TIME, BUCKET)).toMatchObject({
    authorization: signature,
    headers: { Authorization: signature, "content-type": "image/jpeg", ...metadata },
  });
});
