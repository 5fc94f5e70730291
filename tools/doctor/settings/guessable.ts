import { OWN_KEYS } from "../../../deploy/own-keys.ts";
import type { Environment } from "../../../shared/config.ts";

/** Secrets that a team makes up itself. */
const OWN = ["JWT_SECRET", "USER_PREFIX_SECRET", "WEBHOOK_SECRET", "COS_AUDIT_TOKEN"];

/** What examples are made of, as jwt.io's `your-256-bit-secret`; none occurs in a random secret. */
const EXAMPLE =
  /\byour[-_ ]|example|change.?me|placeholder|replace.?(?:me|this|with)|0?123456789|\bopenssl rand\b|\brandomBytes\(/i;
/** Keys and ids that Tencent Cloud and WeChat give out. */
const GIVEN = [
  ...["COS", ...OWN_KEYS, "CERT"].flatMap((of) => [`${of}_SECRET_ID`, `${of}_SECRET_KEY`]),
  "WX_APPID",
  "WX_SECRET",
];
/** What stands in the place of a value in examples and templates, and for its middle where a page hides it. */
const IN_PLACE = /^[<[{%$]|\*{3}|x{6}|^process\.env\b|^secret[-_]?(?:id|key)$/i;
/** 32 random hexadecimal digits have fewer in none of a hundred million. */
const MIN_DIFFERENT = 6;

/** The names of keys and ids that are only a placeholder, or masked. */
export function placeholders(env: Environment): string[] {
  return GIVEN.filter((name) => {
    const value = env[name] ?? "";
    return EXAMPLE.test(value) || IN_PLACE.test(value);
  });
}

/** The names of secrets that anybody can guess: examples, or a few characters over and over. */
export function guessable(env: Environment): string[] {
  return OWN.filter((name) => {
    const value = env[name]?.replace(/^whsec_/, "") ?? "";
    return value !== "" && (EXAMPLE.test(value) || new Set(value).size < MIN_DIFFERENT);
  });
}
