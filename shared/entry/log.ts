/**
 * What goes into a line of the log. Only numbers and text: Tencent's log service makes fields of these and may drop
 * other values (https://cloud.tencent.com/document/product/583/12217). Never a secret, token, signature or signed URL.
 */
export type LogFields = Readonly<Record<string, string | number>>;

/**
 * One line of JSON to the platform's log, which looks like one line to whatever shows it: without what a terminal or a
 * log's page obeys instead of showing. That is controls, line separators, and format characters, among them those that
 * turn the direction of writing (https://unicode.org/reports/tr9/#Directional_Formatting_Characters).
 *
 * Written as the platform's documentation writes a line of JSON (https://cloud.tencent.com/document/product/583/67792):
 * some runtimes put the time and the request id before what console.log writes, and that is no JSON any more.
 */
export function writeLine(fields: LogFields): void {
  const line = JSON.stringify(fields);
  // As text, and read for few lines: see shared/text.ts.
  const invisible = "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]";
  // As JSON escapes a character, a surrogate pair as two.
  const escaped = (character: string) =>
    character.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const shown = /[^ -~]/.test(line) ? line.replace(new RegExp(invisible, "gu"), escaped) : line;
  process.stdout.write(`${shown}\n`);
}

/** Several names as one text. No object key and no host has a line break. */
export function joined(names: readonly string[]): string {
  return names.join("\n");
}
