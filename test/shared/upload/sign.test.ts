import { expect, test } from "vitest";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { put } from "../../../shared/upload/put.ts";
import { uploadService } from "../../../shared/upload/service.ts";
import { signEach, uploadAnswer } from "../../../shared/upload/sign.ts";
import { TEST_ENV } from "../../support/bundle.ts";
import { BUCKET, CREDENTIAL, newObjectOf, RULE, serviceOf } from "../../support/signing.ts";

test("one call to STS serves all objects, for the longest lifetime among them, and each signature has its own", async () => {
  const { service, asked } = serviceOf({ signatureSeconds: 300 });
  const objects = [
    newObjectOf({ key: "uploads/1.jpg" }),
    newObjectOf({ key: "uploads/2.jpg", rule: { ...RULE, signatureSeconds: 600 } }),
    newObjectOf({ key: "uploads/3.jpg", rule: { ...RULE, signatureSeconds: 60 } }),
  ];
  const answers = await signEach(objects, put, service, new Invocation({}));
  expect(asked).toEqual([{ grants: objects.map(put.grant), seconds: 600 }]);
  const { startTime } = CREDENTIAL;
  expect(answers).toEqual(
    [300, 600, 60].map((seconds, i) => {
      const object = objects[i] ?? newObjectOf();
      const time = { start: startTime - 60, end: startTime + seconds };
      return {
        cosHost: BUCKET.host,
        cosKey: object.key,
        securityToken: "the-token",
        expiresAt: time.end,
        serverTime: startTime,
        rule: "photo",
        maxBytes: 1000,
        ...put.answer(object, CREDENTIAL, time, BUCKET),
      };
    }),
  );
});

test.each([
  [["uploads/1.jpg"], { key: "uploads/1.jpg" }],
  [["uploads/1.jpg", "uploads/2.jpg"], { keys: "uploads/1.jpg\nuploads/2.jpg" }],
])("logs the keys %s", async (keys, expected) => {
  const { service } = serviceOf();
  const invocation = new Invocation({});
  await signEach(
    keys.map((key) => newObjectOf({ key })),
    put,
    service,
    invocation,
  );
  expect(invocation.log).toEqual(expected);
});

test("answers one upload flat and a list as a list, both with what is left of a quota", () => {
  const left = undefined;
  expect(uploadAnswer({ result: [{ a: 1 }], left }, false)).toEqual({ status: 200, body: { a: 1 } });
  expect(uploadAnswer({ result: [{ a: 1 }, { a: 2 }], left }, true)).toEqual({
    status: 200,
    body: { uploads: [{ a: 1 }, { a: 2 }] },
  });
  const some = { files: 3 };
  expect(uploadAnswer({ result: [{ a: 1 }], left: some }, false).body).toEqual({ a: 1, left: some });
  expect(uploadAnswer({ result: [], left: some }, true).body).toEqual({ uploads: [], left: some });
});

// The most is what GetFederationToken gives to a main account (https://cloud.tencent.com/document/api/598/33416).
test("a signature lives for 15 minutes, or for SIGNATURE_SECONDS, from a minute to two hours", () => {
  const life = (seconds?: string) =>
    uploadService(seconds === undefined ? TEST_ENV : { ...TEST_ENV, SIGNATURE_SECONDS: seconds })
      .signatureSeconds;
  expect([life(), life("60"), life("7200")]).toEqual([900, 60, 7200]);
  for (const seconds of ["59", "7201"]) {
    expect(() => life(seconds)).toThrow("SIGNATURE_SECONDS must be a whole number from 60 to 7200.");
  }
});
