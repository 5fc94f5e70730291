import type { ServiceError } from "../errors.ts";
import type { QuotaSettings } from "./config.ts";
import { dayOfClaims } from "./days.ts";
import { type Counter, type CounterParts, type Decision, writableUntil } from "./decision.ts";
import { demandsOf, exceeded, leftOf, type Used, unknown, withDemands } from "./demands.ts";
import { dayLister } from "./list-day.ts";
import { minuteCounter } from "./minute-counter.ts";
import { Promises } from "./promises.ts";

/**
 * Counts today's objects under the caller's own prefix, with no store besides the bucket, and what this very instance has
 * signed, by the most that it may still have, also of a file that was deleted and can be uploaded again. What other
 * instances have signed in the meantime it cannot see, so that callers who ask many instances at once get more than their
 * quota. Requests are counted by each instance for itself.
 */
export function listCounter(
  { limits }: QuotaSettings,
  { rules, bucket, sts, signatureSeconds }: CounterParts,
): Counter {
  const { requestsPerMinute } = limits;
  const countRequest = requestsPerMinute === undefined ? undefined : minuteCounter(requestsPerMinute);
  const listDay = dayLister({ rules, bucket, sts });
  const promises = new Promises(rules);
  return {
    async take(claims, caller, invocation): Promise<Decision> {
      const now = Date.now();
      const owner = caller.user ?? "";
      const { left, refusal } = countRequest?.(owner, "upload") ?? {};
      if (refusal !== undefined) return refusal;
      const demands = demandsOf(claims, limits);
      const { date, secondsLeft } = dayOfClaims(claims, now);
      const isLimited = demands.some(({ maxFiles, maxBytes }) => (maxFiles ?? maxBytes) !== undefined);
      if (claims.length === 0 || !isLimited) return { kind: "taken", left: leftOf([], [], left) };
      let used: Used[];
      try {
        used = promises.usedOf(demands, await listDay(caller, date, invocation), owner, date);
      } catch (error) {
        if (!isServiceError(error)) return unknown(error);
        // STS's or COS's own words, for the person on call.
        invocation.note(error.log);
        return { kind: "unknown", error: error.code, ...(error.status === 500 && { lasting: error }) };
      }
      const over = exceeded(demands, used);
      if (over !== undefined) {
        const leftNow = leftOf(demands, used, left);
        return { kind: "exceeded", ...over, left: leftNow, retryAfterSeconds: secondsLeft };
      }
      for (const claim of claims) {
        promises.add(claim, { owner, date, until: writableUntil(claim, now, signatureSeconds) });
      }
      return { kind: "taken", left: leftOf(demands, withDemands(demands, used), left) };
    },
    async count(caller) {
      const { left, refusal } = countRequest?.(caller.user ?? "", "other") ?? {};
      return refusal ?? { kind: "taken", left: leftOf([], [], left) };
    },
    async giveBack(claims) {
      for (const claim of claims) promises.remove(claim);
    },
    // What is stored is counted by its size anyway.
    settle: async () => true,
  };
}

/** Told by its name, since one of STS is of another bundle, which has a class of its own for it. */
function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && error.name === "ServiceError";
}
