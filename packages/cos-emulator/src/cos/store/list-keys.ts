import { listEntries } from "./list-entries.ts";
import type { Ordered } from "./sorted-list.ts";

export interface ListOptions {
  readonly prefix: string;
  /** Keys after this one, in the order of their UTF-8 bytes. */
  readonly marker: string;
  /** Empty for none. */
  readonly delimiter: string;
  readonly maxKeys: number;
}

export interface Listing {
  readonly keys: readonly string[];
  /** Each stands for all keys that are equal up to the first delimiter after the prefix, including the delimiter. */
  readonly commonPrefixes: readonly string[];
  /** Where the next listing continues; undefined when this one is complete. */
  readonly nextMarker: string | undefined;
}

/**
 * Lists keys as GET Bucket does; keys and common prefixes together count towards `maxKeys`.
 *
 * @param all sorted by UTF-8 bytes
 * @param isListed which of them to list
 */
export function listKeys(
  all: Ordered<string>,
  options: ListOptions,
  isListed: (key: string) => boolean = () => true,
): Listing {
  const { prefix, marker, delimiter, maxKeys } = options;
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  if (maxKeys === 0) return { keys, commonPrefixes, nextMarker: undefined };
  let last = marker;
  const entries = listEntries(all, { keyOf: (key) => key, prefix, delimiter, marker, isListed });
  for (const { item: key, common } of entries) {
    if (keys.length + commonPrefixes.length >= maxKeys) return { keys, commonPrefixes, nextMarker: last };
    if (common === undefined) keys.push(key);
    else commonPrefixes.push(common);
    last = common ?? key;
  }
  return { keys, commonPrefixes, nextMarker: undefined };
}
