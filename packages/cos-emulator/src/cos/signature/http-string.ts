import { createHash, createHmac } from "node:crypto";
import type { Pair } from "../http/query.ts";
import { urlEncode } from "./url-encode.ts";

export interface HttpStringParts {
  readonly method: string;
  /** Decoded, with its leading slash: `/a b.jpg`. */
  readonly path: string;
  /** The query parameters that are signed. */
  readonly params: readonly Pair[];
  /** The headers that are signed. */
  readonly headers: readonly Pair[];
}

/**
 * HttpString, step 5 of https://cloud.tencent.com/document/product/436/7778; errors call it FormatString.
 */
export function httpString(parts: HttpStringParts): string {
  return `${parts.method.toLowerCase()}\n${parts.path}\n${formatPairs(parts.params)}\n${formatPairs(parts.headers)}\n`;
}

/** StringToSign, step 6; `keyTime` is the text of q-sign-time. */
export function stringToSign(keyTime: string, formatString: string): string {
  return `sha1\n${keyTime}\n${sha1Hex(formatString)}\n`;
}

/** SignKey, step 2; `keyTime` is the text of q-key-time. */
export function signKey(secretKey: string, keyTime: string): string {
  return hmacSha1Hex(secretKey, keyTime);
}

/** Signature, step 7; the SignKey is used as text, not as the bytes that it spells. */
export function signature(key: string, text: string): string {
  return hmacSha1Hex(key, text);
}

export function sha1Hex(text: string | Buffer): string {
  return createHash("sha1").update(text).digest("hex");
}

/** A name as it is written in HttpString and in q-header-list or q-url-param-list. */
export function signedName(name: string): string {
  return urlEncode(name).toLowerCase();
}

/**
 * HttpParameters and HttpHeaders. The documentation has only one value per name; repeated names are written as in the
 * official Go SDK (valuesSignMap in auth.go): a pair for every value, sorted by value.
 */
function formatPairs(pairs: readonly Pair[]): string {
  return pairs
    .map(([name, value]) => ({ name: signedName(name), value }))
    .sort((a, b) => compare(a.name, b.name) || compare(a.value, b.value))
    .map(({ name, value }) => `${name}=${urlEncode(value)}`)
    .join("&");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hmacSha1Hex(key: string, text: string): string {
  return createHmac("sha1", key).update(text).digest("hex");
}
