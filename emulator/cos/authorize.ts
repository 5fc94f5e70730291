import { decide } from "../cam/decide.ts";
import type { Caller } from "./caller.ts";
import { accessDenied } from "./errors.ts";
import type { CosRequest } from "./request.ts";
import type { CosService } from "./service.ts";

/**
 * Refuses what the caller may not do. The bucket is private: an anonymous request may do nothing. The account's own
 * key may do everything; a temporary key what its session policy allows.
 *
 * @param action such as `name/cos:PutObject`
 * @param key the object's key; for a listing its prefix (https://www.tencentcloud.com/document/product/436/30580)
 * @throws {CosError} AccessDenied, with the part of the policy that failed as its reason
 */
export function authorize(
  service: CosService,
  request: CosRequest,
  caller: Caller | undefined,
  action: string,
  key: string,
): void {
  if (caller === undefined) throw accessDenied("the request is not signed and the bucket is private");
  if (caller.kind === "account" || caller.credential.policy === undefined) return;
  const { account, bucket } = service;
  const decision = decide(caller.credential.policy, {
    action,
    resource: `qcs::cos:${bucket.region}:uid/${account.appId}:${bucket.name}/${key}`,
    keys: conditionKeys(request),
  });
  if (!decision.allowed) throw accessDenied(decision.reason);
}

const KEYS_FROM_HEADERS = [
  ["cos:host", "host"],
  ["cos:content-length", "content-length"],
  ["cos:content-type", "content-type"],
  ["cos:x-cos-acl", "x-cos-acl"],
  ["cos:x-cos-storage-class", "x-cos-storage-class"],
  ["cos:x-cos-forbid-overwrite", "x-cos-forbid-overwrite"],
] as const;

const KEYS_FROM_QUERY = [
  ["cos:prefix", "prefix"],
  ["cos:versionid", "versionId"],
  ["cos:response-content-type", "response-content-type"],
] as const;

/**
 * The condition keys of a request, from the headers and parameters that really came
 * (https://cloud.tencent.com/document/product/436/71306). A form's fields are not headers: for POST Object
 * cos:content-length and cos:content-type are those of the whole multipart body.
 */
function conditionKeys(request: CosRequest): Map<string, string> {
  const keys = new Map([
    ["qcs:ip", request.remoteAddress],
    ["cos:secure-transport", String(request.secure)],
  ]);
  const set = (key: string, value: string | undefined) => {
    if (value !== undefined) keys.set(key, value);
  };
  set("cos:tls-version", request.tlsVersion);
  for (const [key, header] of KEYS_FROM_HEADERS) set(key, request.headers.get(header));
  for (const [key, parameter] of KEYS_FROM_QUERY) set(key, request.query.get(parameter));
  return keys;
}
