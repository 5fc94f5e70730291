import type { Caller } from "../auth/caller.ts";
import { type CosCall, createCos } from "../cos/client.ts";
import { type ListedObject, listGrant, listObjects, MAX_LISTED } from "../cos/list-objects.ts";
import type { Invocation } from "../entry/invocation.ts";
import { ServiceError } from "../errors.ts";
import { ownPrefixes } from "../object/object-key.ts";
import { finalKey, pendingKey } from "../object/places.ts";
import type { NamedRule } from "../object/rule.ts";
import type { QuotaSettings } from "./config.ts";
import { dayOfClaims, minuteOf } from "./days.ts";
import type { Claim, Counter, CounterParts, Decision } from "./decision.ts";
import { type Demand, demandsOf, exceeded, leftOf, type Used, unknown, withDemands } from "./demands.ts";

/** The life of the credential that lists, in seconds. */
const CREDENTIAL_SECONDS = 900;

/** What this instance has signed and the listing may not have yet. */
interface Promised extends Claim {
  readonly owner: string;
  readonly date: string;
  /** When it can no longer be stored; Unix milliseconds. */
  readonly until: number;
}

/**
 * Counts today's objects under the caller's own prefix, with no store besides the bucket, and what this very instance has
 * signed and is not there yet. What other instances have signed in the meantime it cannot see, so that callers who ask
 * many instances at once get more than their quota. Requests are counted by each instance for itself.
 */
export function listCounter(
  { limits }: QuotaSettings,
  { rules, bucket, sts, signatureSeconds }: CounterParts,
): Counter {
  const cos = createCos(bucket);
  const promised = new Map<string, Promised>();
  const requests = new Map<string, number>();
  let countedMinute = 0;

  /** Counts this request too; how many the caller has had in this minute. */
  function countRequest(owner: string, minute: number): number {
    if (minute !== countedMinute) requests.clear();
    countedMinute = minute;
    const count = (requests.get(owner) ?? 0) + 1;
    requests.set(owner, count);
    return count;
  }

  /** Every object of the day, of whichever rule. */
  async function listDay(caller: Caller, date: string, invocation: Invocation): Promise<ListedObject[]> {
    const places = ownPrefixes(rules, caller).map((prefix) => `${prefix}${date}/`);
    const waits = rules.all.some(({ check }) => check === "before");
    const prefixes = waits ? [...places, ...places.map(pendingKey)] : places;
    const granted = await sts.credentialsFor(prefixes, listGrant, CREDENTIAL_SECONDS, invocation);
    const listings = granted.map(async ({ item: prefix, credential }) => {
      const call: CosCall = (request) => cos.call(request, credential, invocation);
      const objects: ListedObject[] = [];
      for (let marker: string | undefined, goesOn = true; goesOn; marker = objects.at(-1)?.key) {
        const page = { prefix, ...(marker !== undefined && { marker }), maxKeys: MAX_LISTED };
        const listing = await listObjects(page, call);
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
    const isStored = new Set(stored.map(({ key }) => finalKey(key)));
    for (const [key, { until }] of promised)
      if (until < Date.now() || isStored.has(key)) promised.delete(key);
    const mine = [...promised.values()].filter((one) => one.owner === owner && one.date === date);
    return demands.map(({ rule: name }) => {
      const rule = name === undefined ? undefined : rules.named(name);
      const files = [
        ...stored.filter(({ key }) => rule === undefined || isOf(key, rule)).map(({ size }) => size),
        ...mine.filter((one) => name === undefined || one.rule.name === name).map(({ bytes }) => bytes),
      ];
      return { files: files.length, bytes: files.reduce((sum, bytes) => sum + bytes, 0) };
    });
  }

  return {
    async take(claims, caller, invocation): Promise<Decision> {
      const now = Date.now();
      const owner = caller.user ?? "";
      const { minute, secondsLeft } = minuteOf(now);
      const { requestsPerMinute } = limits;
      const left =
        requestsPerMinute === undefined ? undefined : requestsPerMinute - countRequest(owner, minute);
      if (requestsPerMinute !== undefined && left !== undefined && left < 0) {
        const refusal = { what: "requests", rule: undefined, limit: requestsPerMinute } as const;
        return { kind: "exceeded", ...refusal, left: { requests: 0 }, retryAfterSeconds: secondsLeft };
      }
      const demands = demandsOf(claims, limits);
      const day = dayOfClaims(claims, now);
      const isLimited = demands.some(({ maxFiles, maxBytes }) => (maxFiles ?? maxBytes) !== undefined);
      if (claims.length === 0 || !isLimited) return { kind: "taken", left: leftOf([], [], left) };
      let used: Used[];
      try {
        used = usedOf(demands, await listDay(caller, day.date, invocation), owner, day.date);
      } catch (error) {
        // COS's own words, for whoever is on call. (An error of STS is of the other bundle, and has been noted there.)
        if (error instanceof ServiceError) invocation.note(error.log);
        return unknown(error);
      }
      const over = exceeded(demands, used);
      if (over !== undefined) {
        const retryAfterSeconds = day.secondsLeft;
        return { kind: "exceeded", ...over, left: leftOf(demands, used, left), retryAfterSeconds };
      }
      for (const claim of claims) {
        const seconds = claim.seconds ?? claim.rule.signatureSeconds ?? signatureSeconds;
        const until = now + seconds * 1000;
        promised.set(finalKey(claim.key), { ...claim, owner, date: day.date, until });
      }
      return { kind: "taken", left: leftOf(demands, withDemands(demands, used), left) };
    },
    async giveBack(claims) {
      for (const { key } of claims) promised.delete(finalKey(key));
    },
    // What is stored is counted by its size anyway.
    settle: async () => true,
  };
}

/** By prefix and extension; the build refuses a quota for a rule that cannot be told from another so. */
function isOf(key: string, { prefix, types }: NamedRule): boolean {
  const ext = key.slice(key.lastIndexOf(".") + 1);
  return finalKey(key).startsWith(`${prefix}/`) && Object.hasOwn(types, ext);
}
