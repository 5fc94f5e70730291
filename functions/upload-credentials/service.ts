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

/** A secret that the function has anyway; without one, anybody could make up a renewal. */
function renewalSecret(env: Environment): string {
  const read = (name: string) => optional(env, name, /./, "a secret");
  const secret = read("USER_PREFIX_SECRET") ?? read("JWT_SECRET") ?? read("COS_SECRET_KEY");
  if (secret === undefined) {
    throw new ConfigurationError(
      "USER_PREFIX_SECRET is not set; without a JWT_SECRET and a COS_SECRET_KEY, renewals are signed with it.",
    );
  }
  return secret;
}
