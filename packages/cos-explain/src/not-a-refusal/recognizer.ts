import type { Finding } from "../cause/explanation.ts";
import { has, type Words } from "../text/words.ts";

/**
 * Knows one kind of text that is no refusal of COS's, and says what it is; undefined for a text of any other kind.
 *
 * @param text what other programs did to it undone
 * @param given the same as it was given
 */
export type Recognizer = (text: string, given: string) => Finding | undefined;

/** A kind of text, known by its words or otherwise, of which the same sentence is always true. */
export function knownBy(
  sign: Words | ((text: string) => boolean),
  sentence: string,
  ...links: readonly string[]
): Recognizer {
  const isKnown = typeof sign === "function" ? sign : (text: string) => has(text, sign);
  return (text) => (isKnown(text) ? noRefusal(sentence, ...links) : undefined);
}

/** What is recognized needs neither COS's codes nor COS's answer: the sentence alone, with pages that say more. */
export function noRefusal(sentence: string, ...links: readonly string[]): Finding {
  return { cause: "not-a-refusal", sentence, instead: { advice: [], links } };
}
