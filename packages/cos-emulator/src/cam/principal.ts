import type { Policy } from "./policy.ts";
import { matchesWildcard } from "./wildcard.ts";

/** Everybody, including unsigned callers (https://cloud.tencent.com/document/product/436/18023). */
const ANYONE: ReadonlySet<string> = new Set(["qcs::cam::anyone:anyone", "*"]);

/**
 * The statements of a bucket policy that apply to this caller.
 *
 * @param caller such as `qcs::cam::uin/100000000001:uin/100000000001`; undefined for an unsigned request
 */
export function statementsFor(policy: Policy, caller: string | undefined): Policy {
  const appliesToCaller = (principal: string) =>
    ANYONE.has(principal) || (caller !== undefined && matchesWildcard(principal, caller));
  return {
    version: policy.version,
    statements: policy.statements.filter(({ principals = [] }) => principals.some(appliesToCaller)),
  };
}
