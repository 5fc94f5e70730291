/**
 * The characters that a terminal obeys instead of showing: controls, including those above U+007F, line separators, and
 * format characters, such as those that change the direction of writing
 * (https://unicode.org/reports/tr9/#Directional_Formatting_Characters). A tab is harmless.
 */
const INVISIBLE = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const MAX_QUOTED_CHARACTERS = 100;

/** A text from outside for a sentence of the log: in quotes, in ASCII and not too long. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, MAX_QUOTED_CHARACTERS).replace(/[^\x20-\x7e]/g, "?"));
}

/** One line for a log or a terminal. Nothing in it can disguise what it says, even if it quotes a text from outside. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
