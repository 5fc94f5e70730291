import type { Caller } from "../auth/caller.ts";
import { clockMs } from "../clock.ts";
import type { Invocation } from "../entry/invocation.ts";
import { loadPart } from "../entry/part.ts";
import { finalKey } from "../object/places.ts";
import { OTHER_REQUESTS, type QuotaSettings } from "./config.ts";
import { dateIn, dayOfClaims, minuteOf } from "./days.ts";
import { type Claim, type Counter, type CounterParts, type Decision, writableUntil } from "./decision.ts";
import { codeOf, demandsOf, leftOf, unknown } from "./demands.ts";
import type { connect, RunScript } from "./redis.ts";
import { COUNT, GIVE_BACK, SETTLE, TAKE, type TakeArgument } from "./scripts.ts";

/** The most that Redis may take for one step, in milliseconds; less when the invocation has less left. */
const MAX_MS = 1000;

/**
 * How long a day's counts are kept after it ends, in seconds: events of stored files come up to six hours late.
 */
const DAY_IS_KEPT_SECONDS = 86_400;

/**
 * Opens Redis's client, which is in a file of its own too: counting by what is stored need not load it. It
 * connects with the first step.
 *
 * @throws ConfigurationError when the file is missing
 */
export function loadRedis(url: string): RunScript {
  const part = loadPart("redis.js", "REDIS_URL is set", (): { readonly connect: typeof connect } =>
    require("./redis.js"),
  );
  return part.connect(url);
}

/** Exact counts, shared by all instances. Keys begin with the bucket, so that several may share one Redis. */
export function redisCounter(
  { limits }: QuotaSettings,
  { bucket: { bucket }, signatureSeconds }: CounterParts,
  run: RunScript,
): Counter {
  const name = (user: string | undefined, what: string) => `quota:{${bucket}/${user ?? ""}}:${what}`;

  /** @throws whatever the client does, or when the time is over */
  function step(script: string, keys: string[], args: string[], invocation: Invocation): Promise<unknown> {
    return withinTime(run(script, keys, args), Math.min(MAX_MS, invocation.remainingMs() / 2));
  }

  async function take(claims: readonly Claim[], caller: Caller, invocation: Invocation): Promise<Decision> {
    const now = Date.now();
    const minute = minuteOf(now);
    const day = dayOfClaims(claims, now);
    const { requestsPerMinute } = limits;
    const demands = demandsOf(claims, limits);
    const argument: TakeArgument = {
      maxRequests: requestsPerMinute ?? -1,
      now: Math.floor(now / 1000),
      dayTtl: day.secondsLeft + DAY_IS_KEPT_SECONDS,
      demands: demands.map(({ rule, files, bytes, maxFiles = -1, maxBytes = -1 }) => ({
        suffix: rule === undefined ? "" : `:${rule}`,
        ...{ files, bytes, maxFiles, maxBytes },
      })),
      files: claims.map((claim) => ({
        ...{ key: finalKey(claim.key), bytes: claim.bytes },
        rule: claim.rule.quota === undefined ? "" : claim.rule.name,
        untilTime: Math.ceil(writableUntil(claim, now, signatureSeconds) / 1000),
      })),
    };
    const keys = [day.date, `m${minute.minute}`, `${day.date}:held`].map((what) => name(caller.user, what));
    const answer = numbers(await step(TAKE, keys, [JSON.stringify(argument)], invocation));
    const [code = 0, requests = 0, ...counts] = answer;
    const used = demands.map((_, i) => ({ files: counts[2 * i] ?? 0, bytes: counts[2 * i + 1] ?? 0 }));
    const requestsLeft = requestsPerMinute === undefined ? undefined : requestsPerMinute - requests;
    const left = leftOf(demands, used, requestsLeft);
    if (code === 0) return { kind: "taken", left };
    if (code === 1) {
      const refusal = { what: "requests", rule: undefined, limit: requestsPerMinute ?? 0 } as const;
      return { kind: "exceeded", ...refusal, left, retryAfterSeconds: minute.secondsLeft };
    }
    const demand = demands[Math.floor(code / 2) - 1];
    const what = code % 2 === 0 ? "files" : "bytes";
    const limit = (what === "files" ? demand?.maxFiles : demand?.maxBytes) ?? 0;
    return {
      kind: "exceeded",
      ...{ what, rule: demand?.rule, limit, left },
      retryAfterSeconds: day.secondsLeft,
    };
  }

  async function count(caller: Caller, invocation: Invocation): Promise<Decision> {
    const { requestsPerMinute } = limits;
    if (requestsPerMinute === undefined) return { kind: "taken", left: {} };
    const limit = requestsPerMinute * OTHER_REQUESTS;
    const { minute, secondsLeft } = minuteOf(Date.now());
    const keys = [name(caller.user, `o${minute}`)];
    const [isOver = 0, requests = 0] = numbers(await step(COUNT, keys, [String(limit)], invocation));
    const left = { requests: limit - requests };
    if (isOver === 0) return { kind: "taken", left };
    const what = { what: "requests", rule: undefined, limit } as const;
    return { kind: "exceeded", ...what, left, retryAfterSeconds: secondsLeft };
  }

  /** Nothing is thrown; and the log gets how long it took. */
  async function decided(decide: () => Promise<Decision>, invocation: Invocation): Promise<Decision> {
    const startedAt = clockMs();
    try {
      return await decide();
    } catch (error) {
      return unknown(error);
    } finally {
      invocation.note({ redisMs: Math.round(clockMs() - startedAt) });
    }
  }

  return {
    take: (claims, caller, invocation) => decided(() => take(claims, caller, invocation), invocation),
    count: (caller, invocation) => decided(() => count(caller, invocation), invocation),
    async giveBack(claims, caller, invocation) {
      const keys = claims.map(({ key }) => finalKey(key));
      try {
        await step(GIVE_BACK, [name(caller.user, dayOfClaims(claims).date)], keys, invocation);
      } catch (error) {
        invocation.note({ quotaError: codeOf(error) });
      }
    },
    async settle({ key, user, size, storedAt }, invocation) {
      try {
        const date = dateIn(key);
        const now = Math.floor(Date.now() / 1000);
        const keys = [name(user, date), name(user, `${date}:held`)];
        const args = [finalKey(key), size, now, 2 * DAY_IS_KEPT_SECONDS, storedAt].map(String);
        await step(SETTLE, keys, args, invocation);
        return true;
      } catch (error) {
        invocation.note({ quotaError: codeOf(error) });
        return false;
      }
    },
  };
}

/** It took too long. */
class LateError extends Error {
  override readonly name = "LateError";
  readonly code = "QUOTA_TIMEOUT";
}

function withinTime<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new LateError("Redis did not answer in time.")), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function numbers(answer: unknown): number[] {
  const list: unknown[] = Array.isArray(answer) ? answer : [];
  const read = list.filter((item) => typeof item === "number");
  if (read.length < list.length || read.length < 2) throw new TypeError("Not the script's answer.");
  return read;
}
