import { createHmac } from "node:crypto";
import type { Bucket } from "../../cloud/account.ts";
import { unixSeconds } from "../../cloud/clock.ts";
import { equalInConstantTime } from "../../cloud/constant-time.ts";
import { CosError, notImplemented } from "../http/errors.ts";
import type { CosRequest } from "../http/request.ts";
import { type Caller, checkCredentialTime, findKey, type Keys } from "../policy/caller.ts";
import { isoSeconds } from "../xml/time.ts";

/** A signature of the JSON API, with the documentation's names. */
export interface V4Signature {
  /** What is signed, `a=…&b=…&k=…&t=…&e=…&r=…&f=…`. */
  readonly text: string;
  /** HMAC-SHA1 of it, in lower-case hex. */
  readonly signature: string;
  readonly appId: string;
  /** Without its APPID. */
  readonly bucket: string;
  readonly secretId: string;
  /** Unix seconds. */
  readonly expires: number;
  /** `/<appid>/<bucket>/<key>`, percent-encoded; empty if it is for every object. */
  readonly file: string;
}

/** Bytes of an HMAC-SHA1. */
const DIGEST_BYTES = 20;

const FIELDS: readonly string[] = ["a", "b", "k", "t", "e", "r", "f"];

/** The other parameters that a download may have. */
const DOWNLOAD_PARAMETERS = /^(?:sign|versionid|x-cos-security-token|response-.*)$/i;

/**
 * Reads a signature of the JSON API: Base64 of an HMAC-SHA1 followed by the text that it signs
 * (https://doc.fincloud.tencent.cn/tcloud/Storage/COS/signaturealgorithm): the header Authorization, or `sign=` of the
 * query, as getV4Auth of Tencent's SDKs makes it. Undefined for any other signature, or none.
 *
 * @throws {CosError} InvalidSecurity when it begins like one but is malformed
 */
export function readV4Signature({
  headers,
  query,
}: Pick<CosRequest, "headers" | "query">): V4Signature | undefined {
  const sent = headers.get("authorization") ?? query.get("sign") ?? "";
  const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(sent) ? Buffer.from(sent, "base64") : Buffer.alloc(0);
  const text = bytes.toString("utf8", DIGEST_BYTES);
  if (!text.startsWith("a=")) return undefined;
  const pairs = text.split("&").map((item): [string, string] => {
    const equals = item.indexOf("=");
    return equals < 0 ? [item, ""] : [item.slice(0, equals), item.slice(equals + 1)];
  });
  const fields = new Map(pairs);
  if (pairs.length !== FIELDS.length || !FIELDS.every((name) => fields.has(name))) {
    throw malformed(`it must have each of ${FIELDS.join(", ")} once`);
  }
  const field = (name: string) => fields.get(name) ?? "";
  if (!/^\d{1,12}$/.test(field("e"))) throw malformed("e must be a Unix time in seconds");
  return {
    text,
    signature: bytes.toString("hex", 0, DIGEST_BYTES),
    appId: field("a"),
    bucket: field("b"),
    secretId: field("k"),
    expires: Number(field("e")),
    file: field("f"),
  };
}

/**
 * Checks a signature of the JSON API. It covers neither the method nor any header or parameter, so it is accepted only
 * for what Tencent's SDKs make it for, downloading an object. We could not find out whether COS accepts it for more,
 * nor which codes it uses here.
 *
 * @throws {CosError} NotImplemented for all but a download, and for a signature that can be used once (`e=0`);
 * InvalidAccessKeyId, AccessDenied "Request has expired", ExpiredToken, SignatureDoesNotMatch
 */
export function verifyV4Signature(
  service: Keys & { readonly bucket?: Bucket },
  request: Pick<CosRequest, "method" | "path" | "headers" | "query">,
  signed: V4Signature,
  token: string | undefined,
): Caller {
  const isDownload =
    (request.method === "GET" || request.method === "HEAD") &&
    request.path !== "/" &&
    request.query.pairs.every(([name]) => DOWNLOAD_PARAMETERS.test(name));
  if (!isDownload) {
    throw notImplemented(
      "a signature of the JSON API (getV4Auth) for anything but the download of an object",
    );
  }
  if (signed.expires === 0) throw notImplemented("a signature of the JSON API that can be used once (e=0)");
  const key = findKey(service, signed.secretId, token);
  const now = unixSeconds(service.clock);
  if (now >= signed.expires) {
    throw new CosError("AccessDenied", "Request has expired", {
      reason: `the signature ended at e=${signed.expires}, it is ${now}`,
      elements: { ServerTime: isoSeconds(now * 1000) },
    });
  }
  checkCredentialTime(key.caller, now);
  const expected = createHmac("sha1", key.secretKey).update(signed.text).digest("hex");
  if (!equalInConstantTime(expected, signed.signature)) {
    throw mismatch("it was made with another key, or for another text");
  }
  if (`${signed.bucket}-${signed.appId}` !== service.bucket?.name) throw mismatch("it is for another bucket");
  const file = `/${signed.appId}/${signed.bucket}${request.path}`;
  if (signed.file !== "" && decoded(signed.file) !== file) throw mismatch("it is for another object");
  return key.caller;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function mismatch(reason: string): CosError {
  return new CosError("SignatureDoesNotMatch", "The Signature you specified is invalid.", {
    reason: `the signature of the JSON API: ${reason}`,
  });
}

function malformed(reason: string): CosError {
  return new CosError("InvalidSecurity", "The signature string is invalid.", {
    reason: `the signature of the JSON API: ${reason}`,
  });
}
