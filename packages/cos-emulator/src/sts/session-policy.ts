import { PolicyError, parsePolicy } from "../cam/parse-policy.ts";
import type { Policy } from "../cam/policy.ts";
import type { Account } from "../cloud/account.ts";
import { ApiError } from "../cloud-api/api-error.ts";
import type { StsOptions } from "./options.ts";

type SessionPolicyOptions = Pick<StsOptions, "account" | "policyMaxBytes" | "onLeniency">;

/**
 * Reads the Policy parameter: JSON that is percent-encoded once more than its transport requires
 * (https://cloud.tencent.com/document/api/1312/48195). A text without escapes reads the same.
 *
 * Tencent's own qcloud-cos-sts, its README and its demos send a `principal`, which that page forbids, and resources in
 * an old form. Both are widely used in production, so they are allowed and reported to `onLeniency`, unless it is left
 * out.
 *
 * @throws {ApiError} InvalidParameter.StrategyFormatError (not percent-encoded JSON, wrong syntax, a `principal`),
 * .PolicyTooLong, .ResouceError (a resource that is not six-part; this is the API's spelling) or .GrantOtherResource
 * (another account's)
 */
export function readSessionPolicy(encoded: string, options: SessionPolicyOptions): Policy {
  const text = decode(encoded);
  if (Buffer.byteLength(text) > options.policyMaxBytes) {
    throw new ApiError(
      "InvalidParameter.PolicyTooLong",
      `The policy is longer than ${options.policyMaxBytes} bytes.`,
    );
  }
  const policy = parse(text, options.onLeniency);
  for (const resource of policy.statements.flatMap(({ resources }) => resources)) {
    checkOwner(resource, options.account);
    checkBucket(resource);
  }
  return policy;
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new ApiError("InvalidParameter.StrategyFormatError", "The policy is not percent-encoded UTF-8.");
  }
}

function parse(text: string, onLeniency: StsOptions["onLeniency"]): Policy {
  try {
    return parsePolicy(text, onLeniency && { onLeniency });
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const code = /\.resource\b/.test(error.path) ? "ResouceError" : "StrategyFormatError";
    throw new ApiError(`InvalidParameter.${code}`, error.message);
  }
}

/** A resource's account part may be the account's APPID or number, or empty, which means the caller's own. */
function checkOwner(resource: string, account: Account): void {
  if (resource === "*") return;
  const owner = resource.split(":")[4] ?? "";
  const own = ["", "*", "uid/*", `uid/${account.appId}`, `uin/${account.ownerUin}`];
  if (own.includes(owner)) return;
  throw new ApiError(
    "InvalidParameter.GrantOtherResource",
    `The policy grants a resource of ${owner}, which is another account's.`,
  );
}

/** STS does not take a bucket's name without its APPID (https://github.com/tencentyun/qcloud-cos-sts-sdk/issues/25). */
function checkBucket(resource: string): void {
  const [, , service, , owner = "", ...rest] = resource.split(":");
  const appId = /^uid\/(\d+)$/.exec(owner)?.[1];
  const bucket = rest.join(":").split("/")[0] ?? "";
  if (service !== "cos" || appId === undefined || bucket.includes("*") || bucket.endsWith(`-${appId}`))
    return;
  throw new ApiError(
    "InvalidParameter.ResouceError",
    `resource error: "${bucket}" is not a bucket's full name, <name>-${appId}.`,
  );
}
