import { readRenewalSeconds, readSealSecret } from "../../shared/auth/seal-secret.ts";
import type { Environment } from "../../shared/config.ts";
import { type LimitedService, limitedService } from "../../shared/upload/service.ts";
import { type Renewals, renewals } from "./renewal.ts";

export interface CredentialsService extends LimitedService {
  readonly renewals: Renewals;
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function credentialsService(env: Environment): CredentialsService {
  const service = limitedService(env);
  const secret = readSealSecret(env, "renewals");
  const { bucket } = service.bucket;
  return { ...service, renewals: renewals(secret, bucket, readRenewalSeconds(env)) };
}
