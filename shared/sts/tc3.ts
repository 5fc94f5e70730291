import { createHash, createHmac } from "node:crypto";

/** A key that signs, with its token when it is temporary. */
export interface SigningKey {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token: string | undefined;
}

/** One call of a cloud API. */
export interface ApiCall {
  readonly host: string;
  /** As the credential scope names it: `sts`. */
  readonly service: string;
  readonly action: string;
  readonly version: string;
  readonly region: string;
  /** JSON. */
  readonly body: string;
  /** Unix seconds. */
  readonly timestamp: number;
}

const CONTENT_TYPE = "application/json; charset=utf-8";

/**
 * The headers of a call signed TC3-HMAC-SHA256 (https://cloud.tencent.com/document/api/598/38343). Pure.
 *
 * Written here because qcloud-cos-sts has no parameter for a role's token, and the official client would
 * make a function's bundle several times larger.
 */
export function tc3Headers(call: ApiCall, key: SigningKey): Record<string, string> {
  const date = new Date(call.timestamp * 1000).toISOString().slice(0, 10);
  const scope = `${date}/${call.service}/tc3_request`;
  const canonicalRequest = [
    "POST",
    "/",
    "",
    `content-type:${CONTENT_TYPE}`,
    `host:${call.host}`,
    "",
    "content-type;host",
    sha256(call.body),
  ].join("\n");
  const stringToSign = ["TC3-HMAC-SHA256", call.timestamp, scope, sha256(canonicalRequest)].join("\n");
  const secretDate = hmac(`TC3${key.secretKey}`, date);
  const secretSigning = hmac(hmac(secretDate, call.service), "tc3_request");
  const signature = hmac(secretSigning, stringToSign).toString("hex");
  return {
    "content-type": CONTENT_TYPE,
    host: call.host,
    "x-tc-action": call.action,
    "x-tc-version": call.version,
    "x-tc-region": call.region,
    "x-tc-timestamp": String(call.timestamp),
    ...(key.token !== undefined && { "x-tc-token": key.token }),
    authorization: `TC3-HMAC-SHA256 Credential=${key.secretId}/${scope}, SignedHeaders=content-type;host, Signature=${signature}`,
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
