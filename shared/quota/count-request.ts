import type { Caller } from "../auth/caller.ts";
import type { Environment } from "../config.ts";
import type { Invocation } from "../entry/invocation.ts";
import type { CounterParts } from "./decision.ts";
import type { Quota } from "./part.ts";
import { accepted, openPart } from "./within-quota.ts";

/** What a function works with if its requests, or some of them, permit no upload. */
export interface CountingService {
  /** The quota that counts these; undefined when they are not limited. */
  readonly otherRequests: Quota | undefined;
}

/**
 * For a function that permits no upload, and needs the quota only where requests are limited.
 *
 * @throws ConfigurationError naming the variable that is malformed, or the file that is missing
 */
export function readOtherRequests(env: Environment, parts: CounterParts): Quota | undefined {
  return env["QUOTA_REQUESTS_PER_MINUTE"] === undefined ? undefined : openPart(env, parts);
}

/**
 * Counts a request that permits no upload, where requests are limited.
 *
 * @throws ServiceError `QuotaExceeded`, `QuotaUnavailable`
 */
export async function countRequest(
  caller: Caller,
  { otherRequests: quota }: CountingService,
  invocation: Invocation,
): Promise<void> {
  accepted(await quota?.count(caller, invocation));
}
