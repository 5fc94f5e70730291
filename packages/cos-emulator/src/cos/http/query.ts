import { CosError } from "./errors.ts";

/** A name and a value, neither of them encoded. */
export type Pair = readonly [name: string, value: string];

/** The query's parameters, decoded, in the order of the query; `?acl` is `acl` with an empty value. */
export class Query {
  readonly pairs: readonly Pair[];

  constructor(pairs: readonly Pair[]) {
    this.pairs = pairs;
  }

  has(name: string): boolean {
    return this.pairs.some(([given]) => given === name);
  }

  /** The first value, for parameters that mean one thing only. */
  get(name: string): string | undefined {
    return this.pairs.find(([given]) => given === name)?.[1];
  }
}

/**
 * Reads a raw query. A `+` is a plus: clients that follow the signature algorithm write a space as `%20`.
 *
 * @throws {CosError} InvalidURI when an escape is broken or is not UTF-8
 */
export function parseQuery(raw: string): Query {
  const pairs = raw
    .split("&")
    .filter((item) => item !== "")
    .map((item): Pair => {
      const equals = item.indexOf("=");
      return equals < 0
        ? [percentDecode(item), ""]
        : [percentDecode(item.slice(0, equals)), percentDecode(item.slice(equals + 1))];
    });
  return new Query(pairs);
}

/** @throws {CosError} InvalidURI when an escape is broken or is not UTF-8 */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CosError("InvalidURI", "Couldn't parse the specified URI.", {
      reason: "the URL has a percent escape that is broken or not UTF-8",
    });
  }
}
