import { randomBytes } from "node:crypto";
import { readAuthorize } from "../shared/auth/authorize.ts";
import { readLogin } from "../shared/auth/login-config.ts";
import { readAuditToken } from "../shared/check/audit.ts";
import {
  type Environment,
  readBucket,
  readDownloadHost,
  readSignatureSeconds,
  readSts,
} from "../shared/config.ts";
import { ConfigurationError } from "../shared/errors.ts";
import { readCorsOrigins } from "../shared/http/cors.ts";
import { readWebhook } from "../shared/life/service.ts";
import { readQuotaSettings } from "../shared/quota/config.ts";
import { readMediaCheck, readPush } from "../shared/wechat/config.ts";

/** The functions' own readers. Each throws at the first variable that it cannot use. */
const READERS: readonly ((env: Environment) => unknown)[] = [
  readBucket,
  readSts,
  readDownloadHost,
  readSignatureSeconds,
  readCorsOrigins,
  // With `none` there is nothing to read, and readAuthorize would print a warning to standard output.
  (env) => env["UPLOAD_AUTH"] === "none" || readAuthorize(env),
  readLogin,
  readWebhook,
  readMediaCheck,
  readPush,
  readAuditToken,
  readQuotaSettings,
];

/**
 * Values that the readers accept. They replace a bad value, so that the reader continues to the next variable. A variable
 * that is not listed here is removed instead.
 */
const USABLE: Environment = {
  COS_BUCKET: "any-1250000000",
  COS_REGION: "ap-guangzhou",
  COS_SECRET_ID: "any",
  COS_SECRET_KEY: "any",
  JWT_SECRET: randomBytes(32).toString("hex"),
  WX_APPID: "any",
  WX_SECRET: "any",
  WX_PUSH_TOKEN: "any",
  WEBHOOK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
};

/**
 * What the functions say about every variable that is set to a value that they cannot use. (At a cold start, a function
 * reports only the first one.)
 */
export function malformedProblems(variables: Environment): string[] {
  return READERS.flatMap((read) => [...problemsOf(read, variables)]);
}

function* problemsOf(read: (env: Environment) => unknown, variables: Environment): Generator<string> {
  const env: Record<string, string | undefined> = { ...USABLE, ...variables };
  const replaced = new Set<string>();
  for (;;) {
    const message = problemOf(read, env);
    const name = /^[A-Z][A-Z0-9_]*/.exec(message ?? "")?.[0];
    if (message === undefined || name === undefined || replaced.has(name)) return;
    if (variables[name] !== undefined) yield message;
    replaced.add(name);
    env[name] = USABLE[name];
  }
}

function problemOf(read: (env: Environment) => unknown, env: Environment): string | undefined {
  try {
    read(env);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
}
