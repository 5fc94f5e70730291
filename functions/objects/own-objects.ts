import type { CosCall } from "../../shared/cos/client.ts";
import { type ListedObject, listGrant, listObjects } from "../../shared/cos/list-objects.ts";
import { MAX_LISTED } from "../../shared/cos/listing.ts";
import type { Invocation } from "../../shared/entry/invocation.ts";
import { isOwnKey, isPlainKey, ownPrefixes } from "../../shared/object/object-key.ts";
import {
  finalKey,
  isPending,
  markerPlace,
  markersPrefix,
  PHASES,
  PLACES,
  pendingKey,
  placesOf,
} from "../../shared/object/places.ts";
import type { Rules } from "../../shared/object/rule.ts";
import type { Credential } from "../../shared/sts/credential.ts";
import type { Grant, Permission } from "../../shared/sts/session-policy.ts";
import type { Owner } from "./owner.ts";
import { type ObjectsService, OWN_CREDENTIAL_SECONDS } from "./service.ts";

/** Some of a caller's own objects, under one prefix after the other, in the order of their keys. */
export interface Page {
  readonly objects: readonly ListedObject[];
  /** The key after which the next page begins; undefined on the last one. */
  readonly next: string | undefined;
}

/** A caller's own objects, with the credentials to look at them. */
export interface OwnObjects {
  /**
   * One page. Objects whose key does not have the form of an upload's key are left out, so it may have fewer
   * than `limit`. Where the whole content of prefixes is listed, it is that of one of them: whoever deletes page by page
   * has then emptied it before the next is looked at.
   *
   * @param after a key; undefined for the first page
   * @throws ServiceError when COS fails
   */
  page(after: string | undefined, limit: number): Promise<Page>;
  /** The credential for what is under a key's own prefix. */
  credentialFor(key: string): Credential;
}

/**
 * The steps of a deletion, each to be done before the next: what waits for a check, which would otherwise appear again after
 * passing; the records, which hold its name and values; and what is at its key. Whoever copies the first to the last
 * meanwhile is done before the last step, or finds the records gone and takes the copy back.
 */
export const STEPS = ["waiting", "records", "stored"] as const;

/**
 * Every prefix under which something of the caller's is, in the order of the {@link STEPS}; and last where files are kept
 * that were rejected in one of the others.
 */
export function allPrefixes(rules: Rules, owner: Owner): readonly string[] {
  const own = ownPrefixes(rules, owner);
  return [
    ...own.map(pendingKey),
    ...own.map(markersPrefix),
    ...own,
    ...own.map((prefix) => `${PLACES.rejected}/${prefix}`),
  ];
}

/** All that must be deleted with an object of the caller's. */
export function belongings(
  key: string,
  rules: Rules,
): Readonly<Record<(typeof STEPS)[number], readonly string[]>> {
  const final = finalKey(key);
  const waiting = new Set([...placesOf(final, rules), key].filter(isPending));
  const records = PHASES.map((phase) => markerPlace(final, phase));
  // A key that leaves no room for a prefix has none of these.
  return { waiting: [...waiting].filter(isPlainKey), records: records.filter(isPlainKey), stored: [final] };
}

/** Every prefix under which the caller's uploads arrive: their own, and where files wait for a check. */
export function uploadPrefixes(rules: Rules, owner: Owner): readonly string[] {
  const own = ownPrefixes(rules, owner);
  return [...own, ...own.map(pendingKey)];
}

/**
 * Fetches credentials for the caller's own prefixes, all in one call to STS.
 *
 * @param prefixes whose whole content is listed; left out to list only what has the form of an upload's key
 * @param more what they should allow besides listing
 * @throws ServiceError when STS fails
 */
export async function openOwnObjects(
  owner: Owner,
  { sts, cos, rules }: ObjectsService,
  more: readonly Permission[],
  invocation: Invocation,
  prefixes?: readonly string[],
): Promise<OwnObjects> {
  const grant = (prefix: string): Grant => {
    const listing = listGrant(prefix);
    return { ...listing, permissions: [...listing.permissions, ...more] };
  };
  const places = prefixes ?? ownPrefixes(rules, owner);
  const granted = await sts.credentialsFor(places, grant, OWN_CREDENTIAL_SECONDS, invocation);
  const isWhole = prefixes !== undefined;
  const isOwn = (key: string) => isWhole || rules.all.some((rule) => isOwnKey(key, rule, owner));

  return {
    async page(after, limit) {
      const objects: ListedObject[] = [];
      const from = places.findIndex((prefix) => after?.startsWith(prefix));
      for (const { item: prefix, credential } of granted.slice(Math.max(0, from))) {
        const marker = after?.startsWith(prefix) ? after : undefined;
        const maxKeys = Math.min(limit - objects.length, MAX_LISTED);
        const call: CosCall = (request) => cos.call(request, credential, invocation);
        const listing = await listObjects({ prefix, marker, maxKeys }, call);
        objects.push(...listing.objects);
        const last = objects.at(-1);
        const isFull = (isWhole || objects.length >= limit) && prefix !== places.at(-1);
        if (last !== undefined && (listing.isTruncated || isFull)) {
          return { objects: objects.filter(({ key }) => isOwn(key)), next: last.key };
        }
      }
      return { objects: objects.filter(({ key }) => isOwn(key)), next: undefined };
    },
    credentialFor(key) {
      const found = granted.find(({ item: prefix }) => key.startsWith(prefix));
      if (found === undefined) throw new TypeError("A key that is not the caller's own.");
      return found.credential;
    },
  };
}
