import { invalidParameter, keyNotAllowed } from "../../shared/errors.ts";
import { isPlainKey, ownPrefixes } from "../../shared/object/object-key.ts";
import type { Rules } from "../../shared/object/rule.ts";
import type { Owner } from "./owner.ts";

/**
 * Reads where a page begins: the `next` of the page before it, which is a key under the caller's own prefix.
 *
 * @returns undefined for the first page
 * @throws ServiceError 400 or 403
 */
export function readAfter(value: unknown, owner: Owner, rules: Rules): string | undefined {
  if (value === undefined || value === "") return undefined;
  if (typeof value !== "string" || !isPlainKey(value)) {
    throw invalidParameter("after must be given once, as the answer's next.");
  }
  if (!ownPrefixes(rules, owner).some((prefix) => value.startsWith(prefix))) {
    throw keyNotAllowed("after is not one of your keys; give it the answer's next.");
  }
  return value;
}
