/** Words by which a text is known: a pattern, or several of which one is enough. */
export type Words = RegExp | readonly RegExp[];

/** Whether a text has these words. */
export function has(text: string, words: Words): boolean {
  return words instanceof RegExp ? words.test(text) : words.some((pattern) => pattern.test(text));
}

/** What the table's first words that a text has mean; undefined if it has none of them. */
export function meaningOf(
  text: string,
  table: readonly (readonly [words: Words, meaning: string])[],
): string | undefined {
  return table.find(([words]) => has(text, words))?.[1];
}
