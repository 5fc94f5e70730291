import { invalidParameter, keyNotAllowed } from "../../shared/errors.ts";
import { isPlainKey } from "../../shared/object/object-key.ts";

/**
 * Reads where a page begins: the `next` of the page before it, which is a key under one of the caller's prefixes.
 *
 * @returns undefined for the first page
 * @throws ServiceError 400 or 403
 */
export function readAfter(value: unknown, prefixes: readonly string[]): string | undefined {
  if (value === undefined || value === "") return undefined;
  if (typeof value !== "string" || !isPlainKey(value)) {
    throw invalidParameter("after must be given once, as the answer's next.");
  }
  if (!prefixes.some((prefix) => value.startsWith(prefix))) {
    throw keyNotAllowed("after is not one of your keys; give it the answer's next.");
  }
  return value;
}
