/**
 * Makes a text from outside safe for a terminal: control characters, and those that change the direction of writing, become
 * visible (https://unicode.org/reports/tr9/#Directional_Formatting_Characters).
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}
