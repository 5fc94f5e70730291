import { readAuthorize } from "../../shared/auth/authorize.ts";
import type { Authorize } from "../../shared/auth/caller.ts";
import { type Environment, readBucket, readSts } from "../../shared/config.ts";
import { type CosClient, createCos } from "../../shared/cos/client.ts";
import type { Setup } from "../../shared/entry/handle.ts";
import { readCorsOrigins } from "../../shared/http/cors.ts";
import type { Rules } from "../../shared/object/rule.ts";
import { rules } from "../../shared/object/rules.ts";
import { createSts, type Sts } from "../../shared/sts/sts.ts";

/** What the function works with, made once at cold start. */
export interface ObjectsService extends Setup {
  readonly authorize: Authorize;
  readonly rules: Rules;
  readonly sts: Sts;
  readonly cos: CosClient;
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function objectsService(env: Environment): ObjectsService {
  const bucket = readBucket(env);
  return {
    sts: createSts(readSts(env), bucket),
    cos: createCos(bucket),
    corsOrigins: readCorsOrigins(env),
    rules,
    authorize: readAuthorize(env),
  };
}

/** The life of a credential that the function uses itself, in seconds: far longer than any invocation. */
export const OWN_CREDENTIAL_SECONDS = 900;
