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
  /** What stands for all keys that are equal up to the first delimiter after the prefix, delimiter included. */
  readonly commonPrefixes: readonly string[];
  /** Where the next listing goes on; undefined when this one is complete. */
  readonly nextMarker: string | undefined;
}

/** Lists keys as GET Bucket does; keys and common prefixes together count towards `maxKeys`. */
export function listKeys(all: readonly string[], options: ListOptions): Listing {
  const { prefix, marker, delimiter, maxKeys } = options;
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  if (maxKeys === 0) return { keys, commonPrefixes, nextMarker: undefined };
  let last = marker;
  for (const key of sortByBytes(all.filter((candidate) => candidate.startsWith(prefix)))) {
    const common = commonPrefix(key, prefix, delimiter);
    const entry = common ?? key;
    if (compareBytes(key, marker) <= 0 || entry === marker || entry === commonPrefixes.at(-1)) continue;
    if (keys.length + commonPrefixes.length >= maxKeys) return { keys, commonPrefixes, nextMarker: last };
    if (common === undefined) keys.push(key);
    else commonPrefixes.push(common);
    last = entry;
  }
  return { keys, commonPrefixes, nextMarker: undefined };
}

/** What stands for a key that has the delimiter after the prefix: everything up to it; undefined for another. */
export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "") return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

function sortByBytes(keys: readonly string[]): string[] {
  return [...keys].sort(compareBytes);
}

/** The order of listings, that of the UTF-8 bytes. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
