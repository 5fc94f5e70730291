/**
 * A text from outside, fit for a terminal: what one obeys instead of showing it, and what turns the direction of writing
 * around, is made visible (https://unicode.org/reports/tr9/#Directional_Formatting_Characters).
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}
