import type { Caller } from "../auth/caller.ts";
import type { Environment } from "../config.ts";
import type { Invocation } from "../entry/invocation.ts";
import { quotaExceeded, quotaUnavailable, type ServiceError } from "../errors.ts";
import { wrongAddress, wrongSetting } from "../wrong-setting.ts";
import { readQuotaSettings } from "./config.ts";
import type { Claim, Counter, CounterParts, Decision, Exceeded, Left } from "./decision.ts";
import { listCounter } from "./list-counter.ts";
import { LOGIN_REFUSALS } from "./login-refusals.ts";
import { loadRedis, redisCounter } from "./redis-counter.ts";

/** What the quota says to a request: `refusal` says why not. */
export interface QuotaAnswer {
  readonly refusal?: ServiceError;
  readonly left?: Left;
}

/** A quota, as functions use it. What it throws or gives is of another bundle, with classes of its own. */
export interface Quota extends Pick<Counter, "giveBack" | "settle"> {
  /** Takes what a request asks for, all or nothing. */
  take(claims: readonly Claim[], caller: Caller, invocation: Invocation): Promise<QuotaAnswer>;
  /** Counts a request that permits no upload. */
  count(caller: Caller, invocation: Invocation): Promise<QuotaAnswer>;
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
  async function answer(decided: Promise<Decision>, invocation: Invocation): Promise<QuotaAnswer> {
    const decision = await decided;
    if (decision.kind === "taken") return decision;
    if (decision.kind === "exceeded") return { refusal: exceededRefusal(decision) };
    invocation.note({ quotaError: decision.error });
    return settings.isOpenWhenDown ? {} : { refusal: decision.lasting ?? unknownRefusal(decision.error) };
  }
  async function take(claims: readonly Claim[], caller: Caller, invocation: Invocation): Promise<Decision> {
    const decision = await counter.take(claims, caller, invocation);
    // A Redis that did not answer in time may still take it, and gives it back after that. Nobody waits a second time.
    if (decision.kind === "unknown" && !settings.isOpenWhenDown) {
      void counter.giveBack(claims, caller, invocation);
    }
    return decision;
  }
  return {
    ...counter,
    take: (claims, caller, invocation) => answer(take(claims, caller, invocation), invocation),
    count: (caller, invocation) => answer(counter.count(caller, invocation), invocation),
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

function unknownRefusal(error: string): ServiceError {
  const fix = LOGIN_REFUSALS.get(error);
  if (fix !== undefined) {
    return wrongSetting({
      message: `REDIS_URL has a user or a password that Redis refuses (${error}). ${fix}`,
    });
  }
  return (
    wrongAddress(error, "REDIS_URL") ??
    quotaUnavailable("How much you may still upload is not known at the moment; try again in a moment.", {
      headers: { "retry-after": "1" },
    })
  );
}
