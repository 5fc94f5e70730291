import { CosError } from "../http/errors.ts";
import type { Query } from "../http/query.ts";
import { type KeyTime, parseKeyTime } from "./key-time.ts";

/** The parts of a request's Authorization, in the documentation's names. */
export interface Authorization {
  /** q-ak */
  readonly secretId: string;
  /** q-sign-time */
  readonly signTime: KeyTime;
  /** q-key-time */
  readonly keyTime: KeyTime;
  /** q-header-list: lower case, encoded, sorted. */
  readonly headerList: readonly string[];
  /** q-url-param-list: lower case, encoded, sorted. */
  readonly urlParamList: readonly string[];
  /** q-signature */
  readonly signature: string;
}

const PARTS: ReadonlySet<string> = new Set([
  "q-sign-algorithm",
  "q-ak",
  "q-sign-time",
  "q-key-time",
  "q-header-list",
  "q-url-param-list",
  "q-signature",
]);

/**
 * The request's Authorization, from the header or, without one, from the query as `sign=` or as seven q- parameters.
 * Undefined when there is none, which makes the request anonymous.
 *
 * Source: https://cloud.tencent.com/document/product/436/7778. The current pages do not say what COS answers
 * to a malformed signature string; InvalidSecurity (403) is the code on older ones.
 *
 * @throws {CosError} InvalidSecurity
 */
export function readAuthorization(
  headers: ReadonlyMap<string, string>,
  query: Query,
): Authorization | undefined {
  const header = headers.get("authorization");
  if (header !== undefined) return parseAuthorization(header);
  const sign = query.get("sign");
  if (sign !== undefined) return parseAuthorization(sign);
  const pairs = query.pairs.filter(([name]) => PARTS.has(name));
  return pairs.length === 0 ? undefined : fromPairs(pairs);
}

/**
 * Parses `q-sign-algorithm=sha1&q-ak=…&q-signature=…`.
 *
 * @throws {CosError} InvalidSecurity
 */
export function parseAuthorization(text: string): Authorization {
  const pairs = text
    .trim()
    .split("&")
    .map((item): [string, string] => {
      const equals = item.indexOf("=");
      return equals < 0 ? [item, ""] : [item.slice(0, equals), item.slice(equals + 1)];
    });
  return fromPairs(pairs);
}

function fromPairs(pairs: readonly (readonly [string, string])[]): Authorization {
  const parts = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (!PARTS.has(name)) throw malformed(unknownPart(name));
    if (parts.has(name)) throw malformed(`the Authorization has ${name} twice`);
    parts.set(name, value);
  }
  const part = (name: string): string => {
    const value = parts.get(name);
    if (value === undefined) throw malformed(`the Authorization lacks ${name}`);
    return value;
  };
  if (part("q-sign-algorithm") !== "sha1") throw malformed("q-sign-algorithm must be sha1");
  const secretId = part("q-ak");
  if (secretId === "") throw malformed("q-ak is empty");
  const signature = part("q-signature");
  if (!/^[0-9a-f]{40}$/.test(signature)) throw malformed("q-signature must be 40 lower-case hex digits");
  return {
    secretId,
    signTime: time("q-sign-time", part("q-sign-time")),
    keyTime: time("q-key-time", part("q-key-time")),
    headerList: list("q-header-list", part("q-header-list")),
    urlParamList: list("q-url-param-list", part("q-url-param-list")),
    signature,
  };
}

/** Quotes only what can be a misspelt name: a token, a key or another service's Authorization may be here by mistake. */
function unknownPart(name: string): string {
  const known = [...PARTS].join(", ");
  return /^q-[a-z-]{1,30}$/i.test(name)
    ? `the Authorization has the unknown part "${name}"`
    : `the Authorization has a part of ${name.length} characters that is none of ${known}`;
}

function time(name: string, text: string): KeyTime {
  const keyTime = parseKeyTime(text);
  if (keyTime === undefined)
    throw malformed(`${name} must be two Unix times in seconds, start;end, in order`);
  return keyTime;
}

function list(name: string, text: string): string[] {
  if (text === "") return [];
  const names = text.split(";");
  if (names.some((item) => item === "")) throw malformed(`${name} has an empty name`);
  if (text !== text.toLowerCase()) throw malformed(`${name} must be in lower case`);
  const sorted = [...names].sort();
  if (names.some((item, index) => item !== sorted[index])) throw malformed(`${name} must be sorted`);
  return names;
}

function malformed(reason: string): CosError {
  return new CosError("InvalidSecurity", "The signature string is invalid.", { reason });
}
