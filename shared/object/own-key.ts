import type { Caller } from "../auth/caller.ts";
import { invalidParameter, keyNotAllowed, type ServiceError } from "../errors.ts";
import { isOwnKey, isPlainKey } from "./object-key.ts";
import { finalKey } from "./places.ts";
import type { Rules } from "./rule.ts";

/**
 * Reads a key, which must be one of the caller's own; a key that waits for its check counts as well.
 *
 * @param index where it stands in a list
 * @throws ServiceError 400 or 403
 */
export function readOwnKey(value: unknown, caller: Caller, { all }: Rules, index?: number): string {
  if (typeof value !== "string" || !isPlainKey(value)) throw notOneKey(index);
  if (all.some((rule) => isOwnKey(finalKey(value), rule, caller))) return value;
  throw keyNotAllowed("This key is not one of yours.", { index });
}

/** The error in what is not one key. */
export function notOneKey(index?: number): ServiceError {
  return invalidParameter("key must be given once, as an object's key.", { index });
}
