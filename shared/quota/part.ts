import type { Caller } from "../auth/caller.ts";
import type { Environment } from "../config.ts";
import type { Invocation } from "../entry/invocation.ts";
import { quotaExceeded, quotaUnavailable, type ServiceError } from "../errors.ts";
import { readQuotaSettings } from "./config.ts";
import type { Claim, Counter, CounterParts, Exceeded, Left } from "./decision.ts";
import { listCounter } from "./list-counter.ts";
import { loadRedis, redisCounter } from "./redis-counter.ts";

/** A quota, as functions use it. What it throws or gives is of another bundle, with classes of its own. */
export interface Quota extends Pick<Counter, "giveBack" | "settle"> {
  /** Takes what a request asks for, all or nothing; `refusal` says why it was nothing. */
  take(
    claims: readonly Claim[],
    caller: Caller,
    invocation: Invocation,
  ): Promise<{ readonly refusal?: ServiceError; readonly left?: Left }>;
}

/**
 * What `quota.js` exports. In Redis where REDIS_URL is set; else by what is stored.
 *
 * @throws ConfigurationError
 */
export function openQuota(env: Environment, parts: CounterParts): Quota {
  const settings = readQuotaSettings(env);
  const counter =
    settings.redisUrl === undefined
      ? listCounter(settings, parts)
      : redisCounter(settings, parts, loadRedis(settings.redisUrl));
  return {
    ...counter,
    async take(claims, caller, invocation) {
      const decision = await counter.take(claims, caller, invocation);
      if (decision.kind === "taken") return decision;
      if (decision.kind === "exceeded") return { refusal: exceededRefusal(decision) };
      invocation.note({ quotaError: decision.error });
      return settings.isOpenWhenDown ? {} : { refusal: unknownRefusal() };
    },
  };
}

function exceededRefusal({ what, rule, limit, left, retryAfterSeconds }: Exceeded): ServiceError {
  const span = what === "requests" ? "a minute" : "a day";
  const whose = rule === undefined ? "" : ` by the rule "${rule}"`;
  return quotaExceeded(
    `You may have ${limit} ${what} ${span}${whose}, and ${left[what] ?? 0} are left; the count starts again in ${retryAfterSeconds} s.`,
    { headers: { "retry-after": String(retryAfterSeconds) }, left },
  );
}

function unknownRefusal(): ServiceError {
  return quotaUnavailable(
    "How much you may still upload is not known at the moment; try again in a moment.",
    {
      headers: { "retry-after": "1" },
    },
  );
}
