/**
 * What a terminal obeys instead of showing it: controls, those above U+007F too, line separators, and format
 * characters, among them those that turn the direction of writing
 * (https://unicode.org/reports/tr9/#Directional_Formatting_Characters). A tab does no harm.
 */
const INVISIBLE = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const MAX_QUOTED_CHARACTERS = 100;

/** What came from outside, in quotes, in ASCII and not too long, for a sentence of the log. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, MAX_QUOTED_CHARACTERS).replace(/[^\x20-\x7e]/g, "?"));
}

/** One line for a log or a terminal that cannot be disguised, whoever sent the text that it quotes. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
