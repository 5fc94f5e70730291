import { readJwtSecret, readUserPrefixSecret } from "../../shared/auth/jwt-config.ts";
import { type Environment, integer, optional } from "../../shared/config.ts";
import { ConfigurationError } from "../../shared/errors.ts";
import { type UploadService, uploadService } from "../../shared/upload/service.ts";
import { type Renewals, renewals } from "./renewal.ts";

export interface CredentialsService extends UploadService {
  readonly renewals: Renewals;
}

/** How long an upload may be renewed: in a day a file of any size is uploaded, and a stolen renewal ends. */
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
 * A secret that the function has anyway. Without one, or with one that can be guessed, anybody could forge a renewal,
 * and so get credentials for any key.
 */
function renewalSecret(env: Environment): string {
  const secret =
    readUserPrefixSecret(env) ?? readJwtSecret(env) ?? optional(env, "COS_SECRET_KEY", /./, "a secret");
  if (secret === undefined) {
    throw new ConfigurationError(
      "USER_PREFIX_SECRET is not set; with no JWT_SECRET or COS_SECRET_KEY, renewals are signed with it.",
    );
  }
  return secret;
}
