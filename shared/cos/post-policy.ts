import { createHash, createHmac } from "node:crypto";
import type { Credential, KeyTime } from "../sts/credential.ts";

/** A form field and the exact value that it must have. */
export type FixedField = Readonly<Record<string, string>>;

/** What a POST policy fixes, besides who signs it and when it expires. */
export interface PostLimits {
  readonly bucket: string;
  /** The file's length in bytes, both bounds included. */
  readonly minBytes: number;
  readonly maxBytes: number;
  /** Every form field that must be sent with this very value. */
  readonly fields: FixedField;
}

/** A POST policy with the fields that prove who made it. */
export interface SignedPolicy {
  /** The policy text in base64, for the field `policy`. */
  readonly policy: string;
  readonly "q-sign-algorithm": "sha1";
  readonly "q-ak": string;
  readonly "q-key-time": string;
  readonly "q-signature": string;
}

/**
 * Writes and signs the policy of a POST Object (https://cloud.tencent.com/document/product/436/14690).
 * A form field that the policy does not name is free, so name every field that must be fixed. Pure.
 */
export function signedPolicy(
  limits: PostLimits,
  credential: Credential,
  { start, end }: KeyTime,
): SignedPolicy {
  const time = `${start};${end}`;
  const text = JSON.stringify({
    expiration: new Date(end * 1000).toISOString(),
    conditions: [
      { bucket: limits.bucket },
      ...Object.entries(limits.fields).map(([name, value]) => ({ [name]: value })),
      ["content-length-range", limits.minBytes, limits.maxBytes],
      // COS requires these three, and takes q-sign-time for what the form sends as q-key-time.
      { "q-sign-algorithm": "sha1" },
      { "q-ak": credential.tmpSecretId },
      { "q-sign-time": time },
    ],
  });
  return {
    policy: Buffer.from(text).toString("base64"),
    "q-sign-algorithm": "sha1",
    "q-ak": credential.tmpSecretId,
    "q-key-time": time,
    "q-signature": policySignature(text, time, credential.tmpSecretKey),
  };
}

/** `Signature` = HMAC-SHA1(`SignKey`, SHA1(policy text)), every stage in lower-case hex. */
export function policySignature(policyText: string, time: string, secretKey: string): string {
  const signKey = createHmac("sha1", secretKey).update(time).digest("hex");
  const stringToSign = createHash("sha1").update(policyText).digest("hex");
  return createHmac("sha1", signKey).update(stringToSign).digest("hex");
}
