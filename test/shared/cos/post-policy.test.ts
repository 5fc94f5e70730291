import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { policySignature, signedPolicy } from "../../../shared/cos/post-policy.ts";
import vector from "../../vectors/post-policy.json" with { type: "json" };

test("signs the documentation's policy as documented", () => {
  const text = Buffer.from(vector.policy, "base64").toString("utf8");
  expect(createHmac("sha1", vector.secretKey).update(vector.keyTime).digest("hex")).toBe(vector.signKey);
  expect(createHash("sha1").update(text).digest("hex")).toBe(vector.stringToSign);
  expect(policySignature(text, vector.keyTime, vector.secretKey)).toBe(vector.signature);
});

test("names the bucket, every fixed field, the length and the three conditions that COS requires", () => {
  const signed = signedPolicy(
    {
      bucket: "b-1250000000",
      minBytes: 0,
      maxBytes: 9,
      fields: { key: "a.jpg", success_action_status: "200" },
    },
    {
      tmpSecretId: "AKIDtmp",
      tmpSecretKey: "key",
      securityToken: "token",
      startTime: 1000,
      expiredTime: 1900,
    },
    { start: 940, end: 1900 },
  );
  const policy: unknown = JSON.parse(Buffer.from(signed.policy, "base64").toString("utf8"));
  expect(policy).toEqual({
    expiration: "1970-01-01T00:31:40.000Z",
    conditions: [
      { bucket: "b-1250000000" },
      { key: "a.jpg" },
      { success_action_status: "200" },
      ["content-length-range", 0, 9],
      { "q-sign-algorithm": "sha1" },
      { "q-ak": "AKIDtmp" },
      { "q-sign-time": "940;1900" },
    ],
  });
  expect(signed["q-key-time"]).toBe("940;1900");
});

test("signs a non-ASCII key as UTF-8", () => {
  const credential = {
    tmpSecretId: "AKIDtmp",
    tmpSecretKey: "key",
    securityToken: "token",
    startTime: 1000,
    expiredTime: 1900,
  };
  const limits = { bucket: "b-1250000000", minBytes: 0, maxBytes: 9, fields: { key: "照片.jpg" } };
  const signed = signedPolicy(limits, credential, { start: 940, end: 1900 });
  const text = Buffer.from(signed.policy, "base64").toString("utf8");
  expect(text).toContain('{"key":"照片.jpg"}');
  expect(signed).toEqual({
    policy: Buffer.from(text, "utf8").toString("base64"),
    "q-sign-algorithm": "sha1",
    "q-ak": "AKIDtmp",
    "q-key-time": "940;1900",
    "q-signature": createHmac("sha1", createHmac("sha1", "key").update("940;1900").digest("hex"))
      .update(createHash("sha1").update(Buffer.from(text, "utf8")).digest("hex"))
      .digest("hex"),
  });
});
