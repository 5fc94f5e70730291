import { readAuthorize } from "../auth/authorize.ts";
import type { Authorize } from "../auth/caller.ts";
import { type BucketConfig, type Environment, readBucket, readSignatureSeconds, readSts } from "../config.ts";
import type { Setup } from "../entry/handle.ts";
import { readCorsOrigins } from "../http/cors.ts";
import type { Rules } from "../object/rule.ts";
import { rules } from "../object/rules.ts";
import type { Quota } from "../quota/part.ts";
import { readQuota } from "../quota/within-quota.ts";
import { createSts, type Sts } from "../sts/sts.ts";

/** What the upload functions work with, made once at cold start. */
export interface UploadService extends Setup {
  readonly authorize: Authorize;
  readonly rules: Rules;
  readonly bucket: BucketConfig;
  readonly sts: Sts;
  /** The life of a signature in seconds, if the rule sets none. */
  readonly signatureSeconds: number;
}

/** What the functions that permit uploads work with. */
export interface LimitedService extends UploadService {
  /** Undefined when nothing is limited. */
  readonly quota: Quota | undefined;
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function limitedService(env: Environment): LimitedService {
  const service = uploadService(env);
  return { ...service, quota: readQuota(env, service) };
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function uploadService(env: Environment): UploadService {
  const bucket = readBucket(env);
  return {
    bucket,
    sts: createSts(readSts(env), bucket),
    corsOrigins: readCorsOrigins(env),
    signatureSeconds: readSignatureSeconds(env),
    rules,
    authorize: readAuthorize(env),
  };
}
