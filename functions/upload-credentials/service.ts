import { readJwtSecret, readUserPrefixSecret } from "../../shared/auth/jwt-config.ts";
import { type Environment, integer, optional } from "../../shared/config.ts";
import { ConfigurationError } from "../../shared/errors.ts";
import { type UploadService, uploadService } from "../../shared/upload/service.ts";
import { type Renewals, renewals } from "./renewal.ts";

export interface CredentialsService extends UploadService {
  readonly renewals: Renewals;
}

/** How long an upload may be renewed: a file of any size goes up in a day, and what was stolen ends with it. */
const RENEWAL_SECONDS = { default: 86_400, min: 3600, max: 604_800 };

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function credentialsService(env: Environment): CredentialsService {
  const service = uploadService(env);
  return {
    ...service,
    renewals: renewals(renewalSecret(env), integer(env, "RENEWAL_SECONDS", RENEWAL_SECONDS)),
  };
}

/**
 * A secret that the function has anyway; without one, or with one that can be guessed, anybody could make up a renewal,
 * and so credentials for any key.
 */
function renewalSecret(env: Environment): string {
  const secret =
    readUserPrefixSecret(env) ?? readJwtSecret(env) ?? optional(env, "COS_SECRET_KEY", /./, "a secret");
  if (secret === undefined) {
    throw new ConfigurationError(
      "USER_PREFIX_SECRET is not set; without a JWT_SECRET and a COS_SECRET_KEY, renewals are signed with it.",
    );
  }
  return secret;
}
