import { expect, test } from "vitest";
import { authorization } from "../../../../shared/cos/authorization.ts";
import { defineRules } from "../../../../shared/object/rule.ts";
import { firstPage, signParts } from "../../../../shared/upload/multipart/sign-parts.ts";
import { RULE } from "../../../support/signing.ts";
import { begun, credential, PART, serviceWith } from "./support.ts";

test.each([
  [1, [1]],
  [2 * PART + 1, [1, 2, 3]],
  [50 * PART, Array.from({ length: 50 }, (_, i) => i + 1)],
  [50 * PART + 1, Array.from({ length: 50 }, (_, i) => i + 1)],
])("the first page of %i bytes has their parts from 1, and 50 at most", (size, numbers) => {
  expect(firstPage({ ...begun, size })).toEqual(numbers);
});

test("signs each part for its own number and exact length, and allows nothing else on the key", async () => {
  const { service, grants, lives, invocation } = serviceWith(() => ({}));
  const { host } = service.bucket;
  const time = { start: credential.startTime - 60, end: credential.startTime + 900 };
  const { parts, expiresAt, serverTime } = await signParts(begun, [1, 3], service, invocation);
  const signed = (number: number, length: number) => ({
    number,
    url: `https://${host}/${begun.key}?partNumber=${number}&uploadId=16`,
    headers: {
      Authorization: authorization(
        {
          method: "PUT",
          key: begun.key,
          query: { partNumber: String(number), uploadId: "16" },
          headers: { host, "content-length": String(length) },
        },
        credential,
        time,
      ),
      "x-cos-security-token": "the-token",
    },
  });
  expect(parts).toEqual([signed(1, PART), signed(3, 1)]);
  expect({ expiresAt, serverTime }).toEqual({ expiresAt: time.end, serverTime: credential.startTime });
  expect(grants).toEqual([
    {
      key: begun.key,
      permissions: [
        { actions: ["UploadPart"], condition: { numeric_less_than_equal: { "cos:content-length": PART } } },
      ],
    },
  ]);
  expect(lives).toEqual([900]);
});

test.each([
  ["of its rule, where that sets one", "short", 60],
  ["of the service, where its rule sets none", "plain", 900],
  ["of the service, where its rule is gone since it began", "gone", 900],
])("a signature has the life %s", async (_, ruleName, seconds) => {
  const { service, lives, invocation } = serviceWith(() => ({}));
  const rules = defineRules({ short: { ...RULE, signatureSeconds: 60 }, plain: RULE });
  const { expiresAt } = await signParts({ ...begun, ruleName }, [1], { ...service, rules }, invocation);
  expect(lives).toEqual([seconds]);
  expect(expiresAt).toBe(credential.startTime + seconds);
});
