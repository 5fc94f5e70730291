/**
 * What goes into a line of the log. Only numbers and text: Tencent's log service makes fields of these and may drop
 * other values (https://cloud.tencent.com/document/product/583/12217). Never a secret, token, signature or signed URL.
 */
export type LogFields = Readonly<Record<string, string | number>>;

/**
 * One line of JSON to the platform's log, which looks like one line to whatever shows it: without what a terminal or a
 * log's page obeys instead of showing. That is controls, line separators, and format characters, among them those that
 * turn the direction of writing (https://unicode.org/reports/tr9/#Directional_Formatting_Characters).
 */
export function writeLine(fields: LogFields): void {
  // Here, since a cold start need not look Unicode's properties up.
  const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
  console.log(JSON.stringify(fields).replace(invisible, escaped));
}

/** Several names as one text. No object key and no host has a line break. */
export function joined(names: readonly string[]): string {
  return names.join("\n");
}

/** As JSON escapes a character, a surrogate pair as two. */
function escaped(character: string): string {
  const unit = (i: number) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return character.length === 1 ? unit(0) : unit(0) + unit(1);
}
