import { randomBytes } from "node:crypto";
import type { Caller } from "../auth/caller.ts";
import { UNCLEAN } from "../text.ts";
import type { NamedRule, Rules } from "./rule.ts";

/**
 * Chooses a new key, `<prefix>/[<user>/]<date>/<timestamp>_<random>.<ext>`: ASCII that needs no encoding in a URL.
 * The request contributes only an extension that a rule lists.
 *
 * @param now Unix time in milliseconds. The date is Beijing's: quotas count what has today's.
 */
export function newKey({ prefix }: NamedRule, ext: string, caller: Caller, now: number): string {
  return `${ownPrefix(prefix, caller)}/${beijingDay(now)}/${now}_${random128()}.${ext}`;
}

/** The day in Beijing, which has had no summer time since 1991, as `yyyymmdd`; `now` in Unix milliseconds. */
export function beijingDay(now: number): string {
  const shifted = new Date(now + 8 * 3_600_000);
  return shifted.toISOString().slice(0, 10).replaceAll("-", "");
}

/** 128 random bits in hex: nobody can guess a key or hit one by chance. */
function random128(): string {
  return randomBytes(16).toString("hex");
}

/** Where a caller's own objects of a rule are: `<prefix>/<user>`, or `<prefix>` when callers are not told apart. */
function ownPrefix(prefix: string, caller: Caller): string {
  return caller.user === undefined ? prefix : `${prefix}/${caller.user}`;
}

/**
 * Every prefix under which a caller's own objects can be, with a slash at its end, in the order in which COS lists them.
 */
export function ownPrefixes({ all }: Rules, caller: Caller): readonly string[] {
  return [...new Set(all.map(({ prefix }) => `${ownPrefix(prefix, caller)}/`))].sort();
}

/**
 * Whether a key is one of the caller's own: of the form that {@link newKey} makes, with any name at its
 * end. When callers are not told apart, every key of that form is.
 */
export function isOwnKey(key: string, { prefix }: NamedRule, caller: Caller): boolean {
  const own = `${ownPrefix(prefix, caller)}/`;
  return key.startsWith(own) && /^\d{8}\/[^/]+$/.test(key.slice(own.length));
}

/**
 * Whether a key can be signed and put in a URL: 1 to 850 bytes (https://cloud.tencent.com/document/product/436/13324),
 * no control character, no lone surrogate, and no empty, `.` or `..` segment, which clients resolve away.
 */
export function isPlainKey(key: string): boolean {
  if (Buffer.byteLength(key) > 850 || UNCLEAN.test(key)) return false;
  return !/(?:^|\/)\.{0,2}(?:\/|$)/.test(key);
}
