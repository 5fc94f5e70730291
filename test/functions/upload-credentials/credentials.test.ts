import { expect, test } from "vitest";
import { credentialsFor } from "../../../functions/upload-credentials/credentials.ts";
import { renewals } from "../../../functions/upload-credentials/renewal.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { BUCKET, CREDENTIAL, RULE, serviceOf } from "../../support/signing.ts";

const KEY = "uploads/20260102/1_a.mp4";
const caller = { user: "u" };
const BEGUN = { key: KEY, ruleName: "photo", pinned: {}, renewableUntil: 1_767_409_445 };

test.each([
  [undefined, 900],
  [60, 60],
])(
  "with signatureSeconds of %s in the rule, credentials last %s s and allow exactly the upload of one key",
  async (own, seconds) => {
    const { service, asked } = serviceOf();
    const proofs = renewals("secret", BUCKET.bucket, 86_400);
    const rule = own === undefined ? RULE : { ...RULE, signatureSeconds: own };
    const invocation = new Invocation({});
    const ready = { ...service, renewals: proofs };
    const answer = await credentialsFor({ ...BEGUN, rule, isNew: true }, caller, ready, invocation);
    expect(invocation.log).toEqual({ key: KEY });
    expect(answer).toEqual({
      bucket: BUCKET.bucket,
      region: BUCKET.region,
      key: KEY,
      cosHost: BUCKET.host,
      rule: "photo",
      maxBytes: 1000,
      serverTime: CREDENTIAL.startTime,
      credentials: {
        TmpSecretId: "AKIDtmp",
        TmpSecretKey: "the-temporary-key",
        SecurityToken: "the-token",
        StartTime: CREDENTIAL.startTime,
        ExpiredTime: CREDENTIAL.expiredTime,
        ScopeLimit: true,
      },
      renewal: proofs.proofFor(BEGUN, caller),
      renewableUntil: BEGUN.renewableUntil,
    });
    const length = { numeric_less_than_equal: { "cos:content-length": 1000 } };
    const plain = { "cos:x-cos-acl": ["default", "private"], "cos:x-cos-storage-class": "STANDARD" };
    const types = expect.arrayContaining(["application/octet-stream", "image/jpeg"]);
    expect(asked).toEqual([
      {
        grants: [
          {
            key: KEY,
            permissions: [
              {
                actions: ["PutObject"],
                condition: { ...length, string_equal_if_exist: { ...plain, "cos:content-type": types } },
              },
              { actions: ["InitiateMultipartUpload"], condition: { string_equal_if_exist: plain } },
              { actions: ["UploadPart"], condition: length },
              {
                actions: [
                  "ListMultipartUploads",
                  "ListParts",
                  "CompleteMultipartUpload",
                  "AbortMultipartUpload",
                ],
              },
            ],
          },
        ],
        seconds,
      },
    ]);
  },
);

test("storage and the proof enforce what was asked for at the start", async () => {
  const { service, asked } = serviceOf();
  const ready = { ...service, renewals: renewals("secret", BUCKET.bucket, 86_400) };
  const begun = { ...BEGUN, pinned: { size: 700, type: "image/jpeg;a=b" } };
  const answer = await credentialsFor(
    { ...begun, rule: RULE, isNew: true },
    caller,
    ready,
    new Invocation({}),
  );
  expect(answer).toMatchObject({ maxBytes: 700, type: "image/jpeg;a=b" });
  expect(ready.renewals.read(answer.renewal, KEY, "photo", caller)).toEqual(begun);
  const length = { numeric_less_than_equal: { "cos:content-length": 700 } };
  const type = { string_equal: { "cos:content-type": "image/jpeg;a=b" } };
  expect(asked[0]?.grants[0]?.permissions).toMatchObject([
    { actions: ["PutObject"], condition: { ...length, ...type } },
    { actions: ["InitiateMultipartUpload"], condition: type },
    { actions: ["UploadPart"], condition: length },
    {},
  ]);
});
