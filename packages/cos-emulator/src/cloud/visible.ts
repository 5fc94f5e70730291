/**
 * What a terminal obeys instead of showing it: controls, those above U+007F too, line separators, and format
 * characters, among them those that turn the direction of writing
 * (https://unicode.org/reports/tr9/#Directional_Formatting_Characters). A tab does no harm.
 */
const INVISIBLE = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line for a log or a terminal that looks like what it is, whoever sent what it quotes. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
