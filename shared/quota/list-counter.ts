import type { Caller } from "../auth/caller.ts";
import { type CosCall, createCos } from "../cos/client.ts";
import { type ListedObject, listGrant, listObjects } from "../cos/list-objects.ts";
import { MAX_LISTED } from "../cos/listing.ts";
import type { Invocation } from "../entry/invocation.ts";
import type { ServiceError } from "../errors.ts";
import { ownPrefixes } from "../object/object-key.ts";
import { finalKey, keyOfPlace, PLACES, placesOf } from "../object/places.ts";
import type { NamedRule } from "../object/rule.ts";
import { OTHER_REQUESTS, type QuotaSettings } from "./config.ts";
import { dayOfClaims, minuteOf } from "./days.ts";
import {
  type Claim,
  type Counter,
  type CounterParts,
  type Decision,
  type Exceeded,
  writableUntil,
} from "./decision.ts";
import { type Demand, demandsOf, exceeded, leftOf, type Used, unknown, withDemands } from "./demands.ts";

/** The life of the credential that lists, in seconds. */
const CREDENTIAL_SECONDS = 900;

/** What this instance has signed: the listing may not have it yet, or not as large as it may become. */
interface Promised extends Claim {
  readonly owner: string;
  readonly date: string;
  /** When it can no longer be written; Unix milliseconds. */
  readonly until: number;
  /** A listing has had it. When another has not, it was deleted; if it is `isOnce`, nobody can store it again. */
  wasStored: boolean;
}

/** A request that was counted. */
interface CountedRequest {
  /** How many are left to the caller in this minute. */
  readonly left: number;
  readonly refusal?: Exceeded;
}

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
  const cos = createCos(bucket);
  const promised = new Map<string, Promised>();
  const requests = new Map<string, number>();
  let countedMinute = 0;

  /** Counts this request too; undefined where none is limited. */
  function countRequest(owner: string, kind: "upload" | "other"): CountedRequest | undefined {
    const { requestsPerMinute } = limits;
    if (requestsPerMinute === undefined) return undefined;
    const { minute, secondsLeft } = minuteOf(Date.now());
    if (minute !== countedMinute) requests.clear();
    countedMinute = minute;
    const count = (requests.get(`${kind} ${owner}`) ?? 0) + 1;
    requests.set(`${kind} ${owner}`, count);
    const limit = kind === "upload" ? requestsPerMinute : requestsPerMinute * OTHER_REQUESTS;
    if (count <= limit) return { left: limit - count };
    const what = { what: "requests", rule: undefined, limit } as const;
    const refusal = {
      kind: "exceeded",
      ...what,
      left: { requests: 0 },
      retryAfterSeconds: secondsLeft,
    } as const;
    return { left: 0, refusal };
  }

  /** Every object of the day, of whichever rule, and also those that wait for a check, or were rejected and kept. */
  async function listDay(caller: Caller, date: string, invocation: Invocation): Promise<ListedObject[]> {
    const places = ownPrefixes(rules, caller).map((prefix) => `${prefix}${date}/`);
    const keeps = rules.all.some(({ keepRejected }) => keepRejected);
    const prefixes = [
      ...places.flatMap((place) => placesOf(place, rules)),
      ...(keeps ? places.map((place) => `${PLACES.rejected}/${place}`) : []),
    ];
    const granted = await sts.credentialsFor(prefixes, listGrant, CREDENTIAL_SECONDS, invocation);
    const listings = granted.map(async ({ item: prefix, credential }) => {
      const call: CosCall = (request) => cos.call(request, credential, invocation);
      const objects: ListedObject[] = [];
      for (let marker: string | undefined, goesOn = true; goesOn; marker = objects.at(-1)?.key) {
        const listing = await listObjects({ prefix, marker, maxKeys: MAX_LISTED }, call);
        objects.push(...listing.objects);
        goesOn = listing.isTruncated && listing.objects.length > 0;
      }
      return objects;
    });
    return (await Promise.all(listings)).flat();
  }

  function usedOf(
    demands: readonly Demand[],
    stored: readonly ListedObject[],
    owner: string,
    date: string,
  ): Used[] {
    const sizes = new Map(stored.map(({ key, size }) => [keyOfPlace(key), size]));
    for (const [key, { until }] of promised) if (until < Date.now()) promised.delete(key);
    const mine = new Map([...promised].filter(([, one]) => one.owner === owner && one.date === date));
    for (const [key, promise] of mine) {
      const isStored = sizes.has(key);
      if (promise.isOnce && promise.wasStored && !isStored) {
        mine.delete(key);
        promised.delete(key);
      }
      promise.wasStored = isStored;
    }
    return demands.map(({ rule: name }) => {
      const rule = name === undefined ? undefined : rules.named(name);
      const files = [
        ...stored
          .filter(({ key }) => rule === undefined || isOf(key, rule))
          .map(({ key, size }) => Math.max(size, mine.get(keyOfPlace(key))?.bytes ?? 0)),
        ...[...mine]
          .filter(([key, one]) => !sizes.has(key) && (name === undefined || one.rule.name === name))
          .map(([, { bytes }]) => bytes),
      ];
      return { files: files.length, bytes: files.reduce((sum, bytes) => sum + bytes, 0) };
    });
  }

  return {
    async take(claims, caller, invocation): Promise<Decision> {
      const now = Date.now();
      const owner = caller.user ?? "";
      const { left, refusal } = countRequest(owner, "upload") ?? {};
      if (refusal !== undefined) return refusal;
      const demands = demandsOf(claims, limits);
      const day = dayOfClaims(claims, now);
      const isLimited = demands.some(({ maxFiles, maxBytes }) => (maxFiles ?? maxBytes) !== undefined);
      if (claims.length === 0 || !isLimited) return { kind: "taken", left: leftOf([], [], left) };
      let used: Used[];
      try {
        used = usedOf(demands, await listDay(caller, day.date, invocation), owner, day.date);
      } catch (error) {
        if (!isServiceError(error)) return unknown(error);
        // STS's or COS's own words, for the person on call.
        invocation.note(error.log);
        return { kind: "unknown", error: error.code, ...(error.status === 500 && { lasting: error }) };
      }
      const over = exceeded(demands, used);
      if (over !== undefined) {
        const retryAfterSeconds = day.secondsLeft;
        return { kind: "exceeded", ...over, left: leftOf(demands, used, left), retryAfterSeconds };
      }
      for (const claim of claims) {
        const until = writableUntil(claim, now, signatureSeconds);
        promised.set(finalKey(claim.key), { ...claim, owner, date: day.date, until, wasStored: false });
      }
      return { kind: "taken", left: leftOf(demands, withDemands(demands, used), left) };
    },
    async count(caller) {
      const { left, refusal } = countRequest(caller.user ?? "", "other") ?? {};
      return refusal ?? { kind: "taken", left: leftOf([], [], left) };
    },
    async giveBack(claims) {
      for (const { key } of claims) promised.delete(finalKey(key));
    },
    // What is stored is counted by its size anyway.
    settle: async () => true,
  };
}

/** Told by its name, since one of STS is of another bundle, which has a class of its own for it. */
function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && error.name === "ServiceError";
}

/** By prefix and extension; the build refuses a quota for a rule that cannot be told from another so. */
function isOf(key: string, { prefix, types }: NamedRule): boolean {
  const ext = key.slice(key.lastIndexOf(".") + 1);
  return keyOfPlace(key).startsWith(`${prefix}/`) && Object.hasOwn(types, ext);
}
