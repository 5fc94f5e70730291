import { CosError, invalidArgument } from "../../http/errors.ts";
import type { Query } from "../../http/query.ts";
import { urlEncode } from "../../signature/url-encode.ts";

/** The most items that any listing of COS returns, and its default. */
const MAX_ITEMS = 1000;

/**
 * How many items a listing should return: `max-keys`, `max-parts` or `max-uploads`.
 *
 * @throws {CosError} InvalidArgument
 */
export function readLimit(query: Query, name: string): number {
  return Math.min(readNumber(query, name) ?? MAX_ITEMS, MAX_ITEMS);
}

/** @throws {CosError} InvalidArgument */
export function readNumber(query: Query, name: string): number | undefined {
  const text = query.get(name);
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,15}$/.test(text)) throw invalidArgument(`${name} must be a number`);
  return Number(text);
}

/**
 * The parameter `delimiter`, which may have one character (https://cloud.tencent.com/document/product/436/7730); empty
 * for none.
 *
 * @throws {CosError} InvalidDelimiter
 */
export function readDelimiter(query: Query): string {
  const delimiter = query.get("delimiter") ?? "";
  if ([...delimiter].length <= 1) return delimiter;
  throw new CosError("InvalidDelimiter", "The delimiter you specified is not valid.", {
    reason: "delimiter must be one character",
  });
}

export interface ListEncoding {
  readonly encode: (text: string) => string;
  /** The element for it in the answer. */
  readonly element: { readonly EncodingType?: "url" };
}

/**
 * Reads `encoding-type`: names are listed as they are, or percent-encoded.
 *
 * @throws {CosError} InvalidArgument
 */
export function readEncoding(query: Query): ListEncoding {
  const encoding = query.get("encoding-type");
  if (encoding === undefined || encoding === "") return { encode: (text) => text, element: {} };
  if (encoding !== "url") throw invalidArgument("encoding-type must be url");
  // In the example on the page of GET Bucket (436/7734) a key's slashes stay.
  const encode = (text: string) => urlEncode(text).replaceAll("%2F", "/");
  return { encode, element: { EncodingType: "url" } };
}
