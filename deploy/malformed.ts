import { randomBytes } from "node:crypto";
import { label, parseEndpoint } from "../packages/tls-check/src/index.ts";
import { readAuthSettings } from "../shared/auth/auth-settings.ts";
import { readUserPrefixSecret } from "../shared/auth/jwt-config.ts";
import { readLogin } from "../shared/auth/login-config.ts";
import { readRenewalSeconds } from "../shared/auth/seal-secret.ts";
import { readCertSettings } from "../shared/cert-settings.ts";
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
import { readMediaCheck, readPush, readWeChat } from "../shared/wechat/config.ts";

/** The functions' own readers. Each throws at the first variable that it cannot use. */
const READERS: readonly ((env: Environment) => unknown)[] = [
  readBucket,
  readSts,
  readDownloadHost,
  readSignatureSeconds,
  readRenewalSeconds,
  readCorsOrigins,
  readAuthSettings,
  readUserPrefixSecret,
  readLogin,
  readWebhook,
  (env) => readMediaCheck(env) && readWeChat(env),
  readPush,
  readAuditToken,
  readQuotaSettings,
  (env) => readCertSettings(env, { parse: parseEndpoint, label }),
];

/**
 * Values that the readers accept. They replace a bad value, or a missing one, so that the reader continues to the next
 * variable. A variable that is not listed here is removed instead.
 */
const USABLE: Environment = {
  COS_BUCKET: "any-1250000000",
  COS_REGION: "ap-guangzhou",
  COS_SECRET_ID: "any",
  COS_SECRET_KEY: "any",
  JWT_SECRET: randomBytes(32).toString("hex"),
  JWT_ISSUER: "any",
  JWT_AUDIENCE: "any",
  WX_APPID: "any",
  WX_SECRET: "any",
  WX_PUSH_TOKEN: "any",
  WEBHOOK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
  CERT_HOSTS: "any.example.com",
  CERT_SECRET_ID: "any-secret-id",
  CERT_SECRET_KEY: "any-secret-key",
};

/**
 * What the functions say about every variable that is set to a value that they cannot use, or that is missing although
 * another one that is set needs it. (At a cold start, a function reports only the first one.) What each function needs
 * in any case is left to the functions: these variables do not say which function they are for.
 */
export function malformedProblems(variables: Environment): string[] {
  return READERS.flatMap((read) => {
    const needed = new Set([...complaints(read, {})].map(({ name }) => name));
    return [...complaints(read, variables)].flatMap(({ name, message }) =>
      variables[name] !== undefined || !needed.has(name) ? [message] : [],
    );
  });
}

interface Complaint {
  /** The variable that the message begins with. */
  readonly name: string;
  readonly message: string;
}

/** All that a reader would complain about, one after the other. */
function* complaints(read: (env: Environment) => unknown, variables: Environment): Generator<Complaint> {
  const env: Record<string, string | undefined> = { ...variables };
  const replaced = new Set<string>();
  for (;;) {
    const message = problemOf(read, env);
    const name = /^[A-Z][A-Z0-9_]+/.exec(message ?? "")?.[0];
    if (message === undefined || name === undefined || replaced.has(name)) return;
    yield { name, message };
    replaced.add(name);
    delete env[name];
    if (USABLE[name] !== undefined) env[name] = USABLE[name];
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
