import { createHmac } from "node:crypto";
import { equalInConstantTime } from "../cloud/constant-time.ts";
import { missingParameter } from "./api-error.ts";
import type { ApiRequest, SignedCall } from "./api-request.ts";
import { Parameters, parseTextParameters } from "./parameters.ts";
import { parseTimestamp } from "./timestamp.ts";

/** Parameters that every call may have; the rest are the action's own. */
const COMMON = new Set([
  "Action",
  "Language",
  "Nonce",
  "Region",
  "RequestClient",
  "SecretId",
  "Signature",
  "SignatureMethod",
  "Timestamp",
  "Token",
  "Version",
]);

/**
 * Reads a call with signature v1: everything, including the signature, is a parameter of the form or query string.
 * Source: signature method (https://cloud.tencent.com/document/api/213/15693).
 *
 * @throws {ApiError} MissingParameter, InvalidParameter or InvalidParameterValue
 */
export function readSignatureV1(request: ApiRequest): SignedCall {
  const text = request.method === "GET" ? request.query : request.body.toString("utf8");
  const all = parseTextParameters(text);
  const required = (name: string) => {
    const value = all.get(name);
    if (value === undefined || value === "") throw missingParameter(name);
    return value;
  };
  const action = required("Action");
  const version = required("Version");
  const timestamp = parseTimestamp(required("Timestamp"));
  required("Nonce");
  const secretId = required("SecretId");
  const given = required("Signature");
  const own = new Map([...all].filter(([name]) => !COMMON.has(name)));
  const stringToSign = stringToSignV1(request.method, request.host, all);
  const algorithm = all.get("SignatureMethod") === "HmacSHA256" ? "sha256" : "sha1";
  return {
    action,
    version,
    timestamp,
    secretId,
    token: all.get("Token"),
    region: all.get("Region"),
    parameters: new Parameters(own, "text"),
    isSignedWith: (secretKey) => equalInConstantTime(signatureV1(stringToSign, secretKey, algorithm), given),
  };
}

/** Method, host and path, then every parameter but Signature by ASCII order of its name, with its decoded value. */
export function stringToSignV1(
  method: string,
  host: string,
  parameters: ReadonlyMap<string, string>,
): string {
  const pairs = [...parameters]
    .filter(([name]) => name !== "Signature")
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  return `${method}${host}/?${pairs.join("&")}`;
}

/** Base64. HmacSHA256 only where SignatureMethod names it, HmacSHA1 in every other case, as documented. */
export function signatureV1(stringToSign: string, secretKey: string, algorithm: "sha1" | "sha256"): string {
  return createHmac(algorithm, secretKey).update(stringToSign).digest("base64");
}
