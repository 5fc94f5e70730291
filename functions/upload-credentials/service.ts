import { type Environment, optional } from "../../shared/config.ts";
import { type UploadService, uploadService } from "../../shared/upload/service.ts";
import { type Renewals, renewals } from "./renewal.ts";

export interface CredentialsService extends UploadService {
  readonly renewals: Renewals;
}

/** Renewals are proved with a secret that the function has anyway. */
export function credentialsService(env: Environment): CredentialsService {
  const service = uploadService(env);
  const secret =
    env["JWT_SECRET"] ?? optional(env, "COS_SECRET_KEY", /./, "the SecretKey of a sub-account's key") ?? "";
  return { ...service, renewals: renewals(secret) };
}
