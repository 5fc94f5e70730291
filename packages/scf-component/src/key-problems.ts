import type { Environment } from "./environment.ts";

/** The characters in keys from CAM and STS. */
const LETTERS = /^[\w+/=-]+$/;
/** Every key is longer than this. In a shorter text, a placeholder's word cannot be part of a key by chance. */
const SHORT = 30;
const PLACEHOLDER_WORDS = /your|example|xxx|placeholder|change.?me|todo|secret|akid.?id/i;
/** Too unlikely to occur in a key of any length. */
const PLACEHOLDER_PARTS = /example|secretid|secretkey|x{8}|0{8}/i;
/** Every permanent SecretId begins so (https://cloud.tencent.com/document/product/598/40488). */
const SECRET_ID = /^AKID\w{28,}$/;
/** The names of variables that hold a key of Tencent Cloud, such as SECRET_ID and APP_SECRET_KEY. */
const KEY_NAME = /(?:^|_)SECRET_(?:ID|KEY)$/;

/**
 * What is visibly wrong with a key, before it is used, in a sentence that does not contain it; undefined when nothing
 * is. If a placeholder such as `…` were sent, it would fail as a network error, since no header may contain it.
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

/** What is wrong with the keys among a function's variables, a sentence for each problem. */
export function keyProblems(variables: Environment): string[] {
  return Object.entries(variables).flatMap(([name, value = ""]) => {
    const problem = KEY_NAME.test(name) ? (keyProblem(name, value) ?? swapped(name, value)) : undefined;
    return problem === undefined ? [] : [problem];
  });
}

/** A SecretId where a SecretKey should be. */
export function swapped(name: string, value: string): string | undefined {
  return /KEY$/i.test(name) && SECRET_ID.test(value)
    ? `${name} contains a SecretId; the two parts of the key are swapped.`
    : undefined;
}
