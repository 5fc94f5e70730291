import { type Environment, integer, optional } from "../config.ts";
import { ConfigurationError } from "../errors.ts";
import { readJwtSecret, readUserPrefixSecret } from "./jwt-config.ts";

/**
 * A secret that the function has anyway, to seal with. Without one, or with one that can be guessed, anybody
 * could forge what the service never promised, and so upload under any key.
 *
 * @param what is sealed, such as `renewals`
 * @throws ConfigurationError when there is none
 */
export function readSealSecret(env: Environment, what: string): string {
  const secret =
    readUserPrefixSecret(env) ?? readJwtSecret(env) ?? optional(env, "COS_SECRET_KEY", /./, "a secret");
  if (secret === undefined) {
    throw new ConfigurationError(
      `USER_PREFIX_SECRET is not set; with no JWT_SECRET or COS_SECRET_KEY, ${what} are signed with it.`,
    );
  }
  return secret;
}

/** RENEWAL_SECONDS: how long an upload may go on, in seconds. In a day a file of any size is uploaded, and a theft ends. */
export function readRenewalSeconds(env: Environment): number {
  return integer(env, "RENEWAL_SECONDS", { default: 86_400, min: 3600, max: 604_800 });
}
