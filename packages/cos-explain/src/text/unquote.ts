import { fromCurlTrace } from "./curl-trace.ts";
import { oneLevelLess } from "./encodings.ts";
import { fromHexDump } from "./hex-dump.ts";
import { fromJsonLines, withoutMargin } from "./log-lines.ts";
import { fromMail } from "./mail.ts";
import { withPlainCharacters } from "./plain-characters.ts";
import { unescaped } from "./unescape.ts";

/** One piece of a string that util.inspect splits. The bound keeps a text with many quotes from taking forever. */
const STRING = ['"', "'", "`"]
  .map((mark) => `${mark}(?:[^${mark}\\\\]|\\\\[\\s\\S]){0,4000}${mark}`)
  .join("|");
const CONCATENATED = new RegExp(`(?:${STRING})(?:\\s{0,200}\\+\\s{0,200}(?:${STRING}))+`, "g");
const JUNCTION = /["'`]\s{0,200}\+\s{0,200}["'`]/;

/** Each program that logs another's output quotes it once more. We have seen no deeper nesting. */
const MAX_LEVELS = 8;

/**
 * Restores a text as COS sent it by undoing what other programs did to it: `\n` and `\"` of JSON and of `util.inspect`,
 * strings that `util.inspect` splits into `'…' +`, `&lt;` of a page, `%3C` of a URL, base64 of a function's event; each
 * as many times as it was applied. Text that is not quoted is returned unchanged.
 */
export function unquoted(text: string): string {
  let plain = fromHexDump(fromCurlTrace(fromMail(withPlainCharacters(text))));
  if (JUNCTION.test(plain)) plain = plain.replace(CONCATENATED, joined);
  plain = withoutMargin(fromJsonLines(plain));
  for (let level = 0; level < MAX_LEVELS; level += 1) {
    const next = oneLevelLess(plain);
    if (next === plain) return plain;
    plain = next;
  }
  return plain;
}

function joined(concatenated: string): string {
  const parts = concatenated.match(new RegExp(STRING, "g")) ?? [];
  return JSON.stringify(parts.map((part) => unescaped(part.slice(1, -1))).join(""));
}
