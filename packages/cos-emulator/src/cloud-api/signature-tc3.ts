import { createHash, createHmac } from "node:crypto";
import { equalInConstantTime } from "../cloud/constant-time.ts";
import { membersOf, readJson } from "../json/read-json.ts";
import { ApiError, missingParameter } from "./api-error.ts";
import type { ApiRequest, SignedCall } from "./api-request.ts";
import { Parameters, parseTextParameters } from "./parameters.ts";
import { parseTimestamp } from "./timestamp.ts";

const ALGORITHM = "TC3-HMAC-SHA256";
const AUTHORIZATION =
  /^TC3-HMAC-SHA256 Credential=([^/\s,]+)\/(\d{4}-\d{2}-\d{2})\/([\w.-]+)\/tc3_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/;

/**
 * Reads a call with signature v3: the signature in Authorization, the common parameters in X-TC-… headers,
 * the action's own as JSON (POST) or in the query string (GET). The service's name is the one in the credential
 * scope: the official SDKs take it from the host's first label, which for an address is a number.
 * Source: signature method v3 (https://cloud.tencent.com/document/api/213/30654).
 *
 * @throws {ApiError} AuthFailure.InvalidAuthorization, MissingParameter, InvalidParameter or InvalidParameterValue
 */
export function readSignatureTc3(request: ApiRequest, authorization: string): SignedCall {
  const match = AUTHORIZATION.exec(authorization);
  const [, secretId, date, service, signedHeaders, given] = match ?? [];
  if (!secretId || !date || !service || !signedHeaders || !given) {
    throw new ApiError("AuthFailure.InvalidAuthorization", "The Authorization header is not well-formed.");
  }
  const names = signedHeaders.split(";");
  for (const name of ["content-type", "host"]) {
    if (!names.includes(name)) {
      throw new ApiError("AuthFailure.InvalidAuthorization", `SignedHeaders does not contain ${name}.`);
    }
  }
  const required = (name: string) => {
    const value = request.headers.get(name.toLowerCase());
    if (value === undefined || value === "") throw missingParameter(name);
    return value;
  };
  const action = required("X-TC-Action");
  const version = required("X-TC-Version");
  const timestamp = parseTimestamp(required("X-TC-Timestamp"));
  const parameters =
    request.method === "GET"
      ? new Parameters(parseTextParameters(request.query), "text")
      : new Parameters(parseJsonParameters(request.body), "json");
  const canonicalRequests = [request, withoutPort(request)].map((form) => canonicalRequestTc3(form, names));
  const dateOfTimestamp = new Date(timestamp * 1000).toISOString().slice(0, 10);
  return {
    action,
    version,
    timestamp,
    secretId,
    token: request.headers.get("x-tc-token"),
    region: request.headers.get("x-tc-region"),
    parameters,
    isSignedWith: (secretKey) => {
      if (date !== dateOfTimestamp) return false;
      return canonicalRequests.some((canonicalRequest) => {
        if (canonicalRequest === undefined) return false;
        const stringToSign = stringToSignTc3(timestamp, `${date}/${service}/tc3_request`, canonicalRequest);
        return equalInConstantTime(signatureTc3(secretKey, date, service, stringToSign), given);
      });
    },
  };
}

/**
 * The request as the official SDK for Node.js signs it: it leaves the port out of the host that it signs, but not out
 * of the Host header that it sends (tencentcloud-sdk-nodejs-common 4.1, sign.js). The real service has no port, so
 * there the two are the same.
 */
function withoutPort(request: ApiRequest): ApiRequest {
  const host = request.headers.get("host") ?? "";
  return { ...request, headers: new Map([...request.headers, ["host", host.replace(/:\d+$/, "")]]) };
}

/** Undefined when a header that SignedHeaders names is missing. */
export function canonicalRequestTc3(
  request: ApiRequest,
  signedHeaders: readonly string[],
): string | undefined {
  const lines: string[] = [];
  for (const name of signedHeaders) {
    const value = request.headers.get(name);
    if (value === undefined) return undefined;
    lines.push(`${name}:${value.trim().toLowerCase()}\n`);
  }
  const query = request.method === "GET" ? request.query : "";
  return [request.method, "/", query, lines.join(""), signedHeaders.join(";"), sha256(request.body)].join(
    "\n",
  );
}

export function stringToSignTc3(
  timestamp: number,
  credentialScope: string,
  canonicalRequest: string,
): string {
  return [ALGORITHM, timestamp, credentialScope, sha256(canonicalRequest)].join("\n");
}

/** Lower-case hexadecimal. */
export function signatureTc3(secretKey: string, date: string, service: string, stringToSign: string): string {
  const secretDate = hmac(`TC3${secretKey}`, date);
  const secretSigning = hmac(hmac(secretDate, service), "tc3_request");
  return hmac(secretSigning, stringToSign).toString("hex");
}

function parseJsonParameters(body: Buffer): Map<string, unknown> {
  const value = readJson(body.toString("utf8"));
  if (value === undefined) throw new ApiError("InvalidParameter", "The request body is not JSON.");
  const members = membersOf(value);
  if (members !== undefined) return members;
  throw new ApiError("InvalidParameter", "The request body is not a JSON object.");
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}
