import type { SigningAnswer } from "./answer/answer.ts";
import { authorizationOf, type SentRequest, tokenOf } from "./request/request.ts";

/** Every token and signature is at least this long. A shorter text may occur in others by chance. */
const MIN_LENGTH = 16;

/**
 * What follows a secret's name: in a header, a query or JSON, and in COS's and our sentences about a POST policy; not
 * what follows a code such as InvalidToken.
 */
const NAMED_SECRETS =
  /(\b(?!(?:expired|invalid)(?:token|signature)\b)(?:authorization|\w*(?:token|signature|secret-?key))["']?(?:\s*[=:]\s*["']?| doesn't match the value | to "))(?:Bearer )?[^\s&,;"']+/gi;

/** The same in unforeseen forms: quoted, encoded or in prose. A word without a digit is no secret. */
const LOOSELY_NAMED =
  /((?:authorization|token|signature|secret[-_]?key)[^a-z\d]{1,8}(?:(?:is|was|value)[^a-z\d]{1,4})?)(?=[\w+/=.%-]*\d)[\w+/=.%-]{16,}/gi;

/** HMAC-SHA1 in hexadecimal, whatever it is called. */
const SIGNATURES = /\b[\da-f]{40}\b/gi;

/** The tokens and signatures in what was given to explain a refusal. */
export function secretsOf(answers: readonly SigningAnswer[], request: SentRequest | undefined): string[] {
  const given = [
    ...answers.flatMap(({ token, authorization }) => [token, authorization?.signature]),
    ...(request === undefined ? [] : [tokenOf(request), authorizationOf(request)?.signature]),
  ];
  return given.filter((secret) => secret !== undefined).filter((secret) => secret.length >= MIN_LENGTH);
}

/** Writes `***` for these secrets, and for whatever is named like one, in a text that may quote COS or a proxy. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .reduce((rest, secret) => rest.replaceAll(secret, "***"), text)
    .replace(NAMED_SECRETS, "$1***")
    .replace(LOOSELY_NAMED, "$1***")
    .replace(SIGNATURES, "***");
}
