import type { Caller } from "../auth/caller.ts";
import type { Environment } from "../config.ts";
import type { Invocation } from "../entry/invocation.ts";
import { loadPart, ownRefusal } from "../entry/part.ts";
import { ConfigurationError } from "../errors.ts";
import type { Claim, CounterParts, Left } from "./decision.ts";
import type { openQuota, Quota, QuotaAnswer } from "./part.ts";

/**
 * What QUOTA_… and the rules' quotas allow; undefined when nothing is limited. Its code is in a file of its
 * own, `quota.js` beside `index.js`, which is loaded here and only then: most deployments limit nothing, and
 * need not load it at every cold start.
 *
 * @throws ConfigurationError naming the variable that is malformed, or the file that is missing
 */
export function readQuota(env: Environment, parts: CounterParts): Quota | undefined {
  const isSet = Object.keys(env).some((name) => name.startsWith("QUOTA_"));
  if (!isSet && parts.rules.all.every(({ quota }) => quota === undefined)) return undefined;
  return openPart(env, parts);
}

/**
 * The quota, of which something is known to be set.
 *
 * @throws ConfigurationError as {@link readQuota}
 */
export function openPart(env: Environment, parts: CounterParts): Quota {
  const part = loadPart("quota.js", "A quota is set", (): { readonly openQuota: typeof openQuota } =>
    require("./quota.js"),
  );
  try {
    return part.openQuota(env, parts);
  } catch (error) {
    // The other bundle has a class of its own for it.
    const isKnown = error instanceof Error && error.name === "ConfigurationError";
    throw isKnown ? new ConfigurationError(error.message) : error;
  }
}

/** What was done within the quota, and what is left of it. */
export interface Within<T> {
  readonly result: T;
  /** For the answer; undefined when nothing is limited, or nobody can tell. */
  readonly left: Left | undefined;
}

/**
 * Takes from the caller's quota, and does the work. When that fails, what was taken is given back.
 *
 * @param claims the files that the work is about; a request without any counts as a request
 * @throws ServiceError `QuotaExceeded`, `QuotaUnavailable`, and what the work throws
 */
export async function withinQuota<T>(
  claims: readonly Claim[],
  caller: Caller,
  { quota }: { readonly quota: Quota | undefined },
  invocation: Invocation,
  work: () => Promise<T>,
): Promise<Within<T>> {
  const left = accepted(await quota?.take(claims, caller, invocation));
  try {
    return { result: await work(), left };
  } catch (error) {
    await quota?.giveBack(claims, caller, invocation);
    throw error;
  }
}

/**
 * What is left for a caller whose request the quota does not refuse.
 *
 * @throws ServiceError `QuotaExceeded`, `QuotaUnavailable`
 */
export function accepted({ refusal, left }: QuotaAnswer = {}): Left | undefined {
  if (refusal) throw ownRefusal(refusal);
  return left;
}
