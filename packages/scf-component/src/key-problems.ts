import type { Environment } from "./environment.ts";

/** The letters of the keys that CAM and STS give. */
const LETTERS = /^[\w+/=-]+$/;
/** Shorter than any key; a text of this length does not occur by chance. */
const SHORT = 30;
const PLACEHOLDER_WORDS = /your|example|xxx|placeholder|change.?me|todo|secret|akid.?id/i;
/** What no key has by chance at any length. */
const PLACEHOLDER_PARTS = /example|secretid|secretkey|x{8}|0{8}/i;
/** The names of variables that hold a key of Tencent Cloud, such as SECRET_ID and APP_SECRET_KEY. */
const KEY_NAME = /(?:^|_)SECRET_(?:ID|KEY)$/;

/**
 * What is wrong with a key before anybody is asked whether it is one, in a sentence that does not tell it; undefined
 * when nothing is. Sent, a placeholder would come back as an error of the network, since no header may hold a `…`.
 */
export function keyProblem(name: string, value: string): string | undefined {
  if (/\s/.test(value)) return `${name} contains a space or a line break, which no key has; copy it again.`;
  const isPlaceholder =
    !LETTERS.test(value) ||
    PLACEHOLDER_PARTS.test(value) ||
    (value.length < SHORT && PLACEHOLDER_WORDS.test(value));
  if (!isPlaceholder) return undefined;
  return `${name} is a placeholder, not a key; create a key at https://console.cloud.tencent.com/cam/capi.`;
}

/** What is wrong with the keys among a function's variables, each in a sentence. */
export function keyProblems(variables: Environment): string[] {
  return Object.entries(variables).flatMap(([name, value = ""]) => {
    const problem = KEY_NAME.test(name) ? keyProblem(name, value) : undefined;
    return problem === undefined ? [] : [problem];
  });
}
