import type { Caller } from "../auth/caller.ts";
import { type CosCall, createCos } from "../cos/client.ts";
import { type ListedObject, listGrant, listObjects } from "../cos/list-objects.ts";
import { MAX_LISTED } from "../cos/listing.ts";
import type { Invocation } from "../entry/invocation.ts";
import { ownPrefixes } from "../object/object-key.ts";
import { PLACES, placesOf } from "../object/places.ts";
import type { Rules } from "../object/rule.ts";
import type { CounterParts } from "./decision.ts";

/** The life of the credential that lists, in seconds. */
const CREDENTIAL_SECONDS = 900;

/** Lists a caller's objects of one day. */
export type ListDay = (caller: Caller, date: string, invocation: Invocation) => Promise<ListedObject[]>;

/** Its result rejects with a ServiceError where STS or COS fails. */
export function dayLister({ rules, bucket, sts }: Omit<CounterParts, "signatureSeconds">): ListDay {
  const cos = createCos(bucket);
  return async (caller, date, invocation) => {
    const prefixes = dayPrefixes(caller, date, rules);
    const granted = await sts.credentialsFor(prefixes, listGrant, CREDENTIAL_SECONDS, invocation);
    const listings = granted.map(({ item: prefix, credential }) =>
      listWhole(prefix, (request) => cos.call(request, credential, invocation)),
    );
    return (await Promise.all(listings)).flat();
  };
}

/** Of the objects of whichever rule, and also of those that wait for a check, or were rejected and kept. */
export function dayPrefixes(caller: Caller, date: string, rules: Rules): string[] {
  const places = ownPrefixes(rules, caller).map((prefix) => `${prefix}${date}/`);
  const keeps = rules.all.some(({ keepRejected }) => keepRejected);
  return [
    ...places.flatMap((place) => placesOf(place, rules)),
    ...(keeps ? places.map((place) => `${PLACES.rejected}/${place}`) : []),
  ];
}

async function listWhole(prefix: string, call: CosCall): Promise<ListedObject[]> {
  const objects: ListedObject[] = [];
  for (let marker: string | undefined, goesOn = true; goesOn; marker = objects.at(-1)?.key) {
    const listing = await listObjects({ prefix, marker, maxKeys: MAX_LISTED }, call);
    objects.push(...listing.objects);
    goesOn = listing.isTruncated && listing.objects.length > 0;
  }
  return objects;
}
