/*
 * Literals have ranges in place of `\p{…}`, since V8 looks a property up in Unicode's tables as soon as it reads a
 * literal, used or not, and every cold start waits for that. A pattern that is rarely used can be text.
 */

/** Whether it is text of at most so many bytes of UTF-8. A lone surrogate, which UTF-8 cannot hold, makes it none. */
export function isText(value: unknown, maxBytes: number): value is string {
  return typeof value === "string" && Buffer.byteLength(value) <= maxBytes && !/[\ud800-\udfff]/u.test(value);
}

/** Finds a control character or a lone surrogate. */
export const UNCLEAN = /[^ -~\xa0-\ud7ff\ue000-\u{10ffff}]/u;
