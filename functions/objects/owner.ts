import type { Caller } from "../../shared/auth/caller.ts";
import { callersNotToldApart, invalidParameter, keyNotAllowed } from "../../shared/errors.ts";
import { isOwnKey, isPlainKey } from "../../shared/object/object-key.ts";
import { finalKey } from "../../shared/object/places.ts";
import type { Rules } from "../../shared/object/rule.ts";

/** A caller who has objects of their own. */
export interface Owner extends Caller {
  readonly user: string;
}

/**
 * Only a caller who can be told apart from others has a prefix of their own. With `UPLOAD_AUTH=none` everybody
 * shares the prefix, and anybody could delete everything.
 *
 * @throws ServiceError 403
 */
export function ownerOf({ user }: Caller): Owner {
  if (user !== undefined && user !== "") return { user };
  throw callersNotToldApart(
    "This service does not tell callers apart (UPLOAD_AUTH=none), so nobody can list or delete objects here.",
  );
}

/**
 * Reads a key, which must be one of the caller's own; a key that waits for its check counts as well.
 *
 * @param index where it stands in a list
 * @throws ServiceError 400 or 403
 */
export function readOwnKey(value: unknown, owner: Owner, { all }: Rules, index?: number): string {
  const where = index === undefined ? {} : { index };
  if (typeof value !== "string" || !isPlainKey(value)) {
    throw invalidParameter("key must be given once, as an object's key.", where);
  }
  if (!all.some((rule) => isOwnKey(finalKey(value), rule, owner))) {
    throw keyNotAllowed("This key is not one of yours.", where);
  }
  return value;
}
