import { decide, explicitDenial } from "../../cam/decide.ts";
import type { AccessRequest } from "../../cam/policy.ts";
import { statementsFor } from "../../cam/principal.ts";
import { decideRights } from "../../cam/rights.ts";
import { accessDenied, CosError } from "../http/errors.ts";
import type { CosRequest } from "../http/request.ts";
import { isSecure } from "../http/transport.ts";
import type { CosAccount, CosService } from "../store/service.ts";
import type { Caller } from "./caller.ts";
import { isPublic } from "./public-access.ts";

/**
 * What the account's own key may always do, whatever the bucket's policy says. We could not find out how COS treats the
 * owner here; without this, a policy that denies everything could never be removed.
 */
const ALWAYS_ALLOWED_TO_OWNER: ReadonlySet<string> = new Set([
  "name/cos:GetBucketPolicy",
  "name/cos:PutBucketPolicy",
  "name/cos:DeleteBucketPolicy",
]);

/**
 * Refuses what the caller may not do. What the bucket's policy denies is denied to everybody. Otherwise the account's
 * own key may do everything, a temporary key what its rights allow, and an anonymous request what the bucket's policy
 * (https://cloud.tencent.com/document/product/598/10605) or an ACL allows to anyone. We could not find out whether a
 * public ACL lets a temporary key do more than its rights; here it does not.
 *
 * @param action such as `name/cos:PutObject`
 * @param key the object's key; for a listing its prefix (https://www.tencentcloud.com/document/product/436/30580)
 * @throws {CosError} AccessDenied, with the part of the policy that failed as its cause
 */
export function authorize(
  service: CosService,
  request: CosRequest,
  caller: Caller | undefined,
  action: string,
  key: string,
): void {
  const { account, bucket } = service;
  const access: AccessRequest = {
    action,
    resource: `qcs::cos:${bucket.region}:uid/${account.appId}:${bucket.name}/${key}`,
    keys: conditionKeys(request, service.strictTransport),
  };
  const isAllowedByBucket = checkBucketPolicy(service, caller, access);
  if (caller === undefined) {
    if (isAllowedByBucket || isPublic(service, action, key, request.query.get("versionId") || undefined))
      return;
    throw accessDenied({ kind: "unsigned", asked: "bucket" });
  }
  checkRights(caller, access);
}

/**
 * Like {@link authorize}, for an operation that either of two actions permits; what a policy denies to one of them is
 * denied.
 *
 * @throws {CosError} AccessDenied, for the first
 */
export function authorizeEither(
  service: CosService,
  request: CosRequest,
  caller: Caller | undefined,
  actions: readonly [string, string],
  key: string,
): void {
  const refusals = actions.flatMap((action): CosError[] => {
    try {
      authorize(service, request, caller, action, key);
      return [];
    } catch (error) {
      if (!(error instanceof CosError) || error.cause?.kind === "denied") throw error;
      return [error];
    }
  });
  const [first] = refusals;
  if (first !== undefined && refusals.length === actions.length) throw first;
}

/**
 * Refuses what the caller may not do in the account, outside any bucket that has a policy.
 *
 * @param resource six-part, or `*` if the action has no resources in CAM
 * @throws {CosError} AccessDenied
 */
export function authorizeForAccount(
  cos: CosAccount,
  request: CosRequest,
  caller: Caller | undefined,
  action: string,
  resource: string,
): void {
  if (caller === undefined) throw accessDenied({ kind: "unsigned", asked: "account" });
  checkRights(caller, { action, resource, keys: conditionKeys(request, cos.strictTransport) });
}

function checkRights(caller: Caller, access: AccessRequest): void {
  if (caller.kind === "account") return;
  const decision = decideRights(caller.credential.rights, access);
  if (!decision.allowed) throw accessDenied(decision.cause);
}

/** Whether the bucket's policy allows it. Throws if the policy denies it. */
function checkBucketPolicy(service: CosService, caller: Caller | undefined, access: AccessRequest): boolean {
  if (service.settings.policy === undefined) return false;
  // STS issued every temporary key to the account itself or to one of its roles.
  const { ownerUin } = service.account;
  const name = caller && `qcs::cam::uin/${ownerUin}:uin/${ownerUin}`;
  const policy = statementsFor(service.settings.policy.policy, name);
  const denial = explicitDenial(policy, access, "bucket-policy");
  if (denial === undefined) return decide(policy, access).allowed;
  if (caller?.kind === "account" && ALWAYS_ALLOWED_TO_OWNER.has(access.action)) return true;
  throw accessDenied(denial);
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
 * The condition keys of a request, from the headers and parameters that actually arrived
 * (https://cloud.tencent.com/document/product/436/71306). A form's fields are not headers: for POST Object,
 * cos:content-length and cos:content-type are those of the whole multipart body. Plain HTTP on loopback counts as
 * secure, unless `strictTransport`.
 */
function conditionKeys(request: CosRequest, strictTransport: boolean): Map<string, string> {
  const keys = new Map([
    ["qcs:ip", request.remoteAddress],
    ["cos:secure-transport", String(isSecure(request, strictTransport))],
  ]);
  const set = (key: string, value: string | undefined) => {
    if (value !== undefined) keys.set(key, value);
  };
  set("cos:tls-version", request.tlsVersion);
  for (const [key, header] of KEYS_FROM_HEADERS) set(key, request.headers.get(header));
  for (const [key, parameter] of KEYS_FROM_QUERY) set(key, request.query.get(parameter));
  return keys;
}
