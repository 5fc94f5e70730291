import type { Environment } from "../../../shared/config.ts";

/** Secrets that a team makes up itself. */
const OWN = ["JWT_SECRET", "USER_PREFIX_SECRET", "WEBHOOK_SECRET", "COS_AUDIT_TOKEN"];

/** What examples are made of, as jwt.io's `your-256-bit-secret`; none occurs in a random secret. */
const EXAMPLE = /\byour[-_ ]|example|change.?me|placeholder|replace.?(?:me|this|with)|0?123456789/i;
/** 32 random hexadecimal digits have fewer in none of a hundred million. */
const MIN_DIFFERENT = 6;

/** The names of secrets that anybody can guess: examples, or a few characters over and over. */
export function guessable(env: Environment): string[] {
  return OWN.filter((name) => {
    const value = env[name]?.replace(/^whsec_/, "") ?? "";
    return value !== "" && (EXAMPLE.test(value) || new Set(value).size < MIN_DIFFERENT);
  });
}
