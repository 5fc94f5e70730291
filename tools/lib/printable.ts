/**
 * Makes a text from outside safe for a terminal: control characters, and those that change the direction of writing, become
 * visible (https://unicode.org/reports/tr9/#Directional_Formatting_Characters).
 */
export function printable(text: string): string {
  return text.replace(OBEYED, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}

/**
 * A value as JSON that is safe for a terminal, too. JSON itself escapes only the controls below U+0020; a program reads the
 * same value from either.
 */
export function printableJson(value: object): string {
  return JSON.stringify(value, null, 2).replace(OBEYED, (c) =>
    c === "\n"
      ? c
      : c.replaceAll(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}

const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
