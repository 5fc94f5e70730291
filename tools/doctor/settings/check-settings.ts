import { OWN_KEYS } from "../../../deploy/own-keys.ts";
import { executionRoleProblem, leftovers, togetherProblems } from "../../../deploy/settings-together.ts";
import {
  type Claim,
  type Finding,
  fail,
  label,
  parseEndpoint,
  pass,
  skip,
  warn,
} from "../../../packages/tls-check/src/index.ts";
import { readAuthSettings } from "../../../shared/auth/auth-settings.ts";
import { readLogin } from "../../../shared/auth/login-config.ts";
import { readRenewalSeconds, readSealSecret } from "../../../shared/auth/seal-secret.ts";
import { readCertSettings } from "../../../shared/cert-settings.ts";
import {
  type BucketConfig,
  type Environment,
  readBucket,
  readDownloadHost,
  readSignatureSeconds,
  readSts,
  type StsConfig,
} from "../../../shared/config.ts";
import { ConfigurationError } from "../../../shared/errors.ts";
import { type Origins, readCorsOrigins } from "../../../shared/http/cors.ts";
import { readWebhook } from "../../../shared/life/service.ts";
import { rules } from "../../../shared/object/rules.ts";
import { readQuotaSettings } from "../../../shared/quota/config.ts";
import { readWeChat, type WeChat } from "../../../shared/wechat/config.ts";
import type { Settings } from "../../lib/settings.ts";
import { cosHostFinding } from "./cos-host.ts";
import { keyFinding } from "./key.ts";
import { KNOWN_REGIONS, KNOWN_VARIABLES } from "./known-variables.ts";
import { meantValue } from "./meant.ts";
import { mediaCheckFinding, readMediaCheckSettings } from "./media-check.ts";
import { lifeFinding, objectsFinding, readOwnKey } from "./own-key.ts";
import { quotaFinding } from "./quota.ts";
import { meantRegion } from "./region.ts";
import { slipFindings } from "./slips.ts";

/** The settings, as far as they can be read, and the findings about them. */
export interface CheckedSettings {
  readonly findings: readonly Finding[];
  /** Whether any variable of the functions is set at all. */
  readonly isConfigured: boolean;
  readonly bucket: BucketConfig | undefined;
  readonly sts: StsConfig | undefined;
  /** The `host[:port]` from which objects are read. */
  readonly downloadHost: string | undefined;
  readonly corsOrigins: Origins;
  /** Also undefined when nothing is set for login. */
  readonly wechat: WeChat | undefined;
  /** JWT_JWKS_URL, if tokens are checked with it. */
  readonly keySet: URL | undefined;
  /** REDIS_URL, if there is something to count. */
  readonly redisUrl: string | undefined;
  /** UPLOADED_WEBHOOK. */
  readonly webhook: URL | undefined;
}

const FIX = "Correct it in .env, or wherever the functions' environment comes from, and deploy again.";

/** Names the value that was meant, if the message is about one that is only written otherwise. */
function fixOf({ message }: ConfigurationError, env: Environment): string {
  const [name = ""] = /^[A-Z_]+(?= must be )/.exec(message) ?? [];
  const meant = meantValue(name, env[name] ?? "");
  return meant === undefined || meant === env[name] ? FIX : `Set ${name}=${meant}.`;
}

/** Reads every variable with the functions' own readers. The findings never contain a secret's value. */
export function checkSettings(settings: Settings): CheckedSettings {
  const { env } = settings;
  const findings: Finding[] = [];
  const isConfigured = KNOWN_VARIABLES.some((name) => env[name] !== undefined);

  /** Runs one of the functions' readers, and turns the outcome into a finding. */
  function check<T>(id: string, title: string, read: () => T, judge: (value: T, claim: Claim) => Finding) {
    const claim = { id: `settings.${id}`, title };
    try {
      const value = read();
      findings.push(judge(value, claim));
      return value;
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      // Several readers need the region.
      const isKnown = findings.some(({ detail }) => detail === error.message);
      findings.push(isKnown ? skip(claim, error.message) : fail(claim, error.message, fixOf(error, env)));
      return undefined;
    }
  }

  const bucket = check(
    "bucket",
    "COS_BUCKET, COS_REGION and COS_DOMAIN are well formed",
    () => readBucket(env),
    bucketFinding,
  );
  if (bucket !== undefined) {
    findings.push(
      cosHostFinding(
        { id: "settings.domain", title: "the upload host belongs to the bucket" },
        bucket.host,
        bucket,
      ),
    );
  }
  const sts = check(
    "key",
    "the key or role, and STS_ENDPOINT, are well formed",
    () => readSts(env),
    (value, claim) => keyFinding(value, claim),
  );
  const downloadHost = check(
    "download",
    "DOWNLOAD_DOMAIN is well formed",
    () => readDownloadHost(env),
    (host, claim) => (host === undefined ? skip(claim, "It is not set.") : pass(claim, `${host}.`)),
  );
  const auth = authFinding(env);
  findings.push(auth);
  const wechat = check(
    "login",
    "WX_APPID, WX_SECRET, WX_ENDPOINT and login's other settings are well formed",
    () => readWeChatOf(env),
    (value, claim) =>
      value === undefined
        ? skip(claim, "WX_APPID is not set; only login and checks by WeChat need it.")
        : pass(claim, `WeChat is called at ${value.endpoint.host}.`),
  );
  const corsOrigins = check(
    "cors",
    "CORS_ORIGINS is well formed",
    () => readCorsOrigins(env),
    (origins, claim) =>
      origins.size === 0
        ? skip(claim, "It is not set; only browsers need it.")
        : pass(claim, `${[...origins].join(", ")}.`),
  );
  check(
    "signature-seconds",
    "SIGNATURE_SECONDS is within its bounds",
    () => readSignatureSeconds(env),
    (seconds, claim) => pass(claim, `Signatures last ${seconds} s.`),
  );
  check(
    "renewal",
    "RENEWAL_SECONDS is within its bounds, and there is a secret to sign tickets with",
    () => {
      // Without a key, there is a finding about that.
      if (sts !== undefined) readSealSecret(env, "tickets");
      return readRenewalSeconds(env);
    },
    (seconds, claim) => pass(claim, `An upload in parts may go on for ${seconds} s.`),
  );
  const hasRuleQuota = rules.all.some(({ quota }) => quota !== undefined);
  const quota = check(
    "quota",
    "QUOTA_… and REDIS_URL are well formed",
    () => readQuotaSettings(env),
    ({ limits, redisUrl }, claim) => quotaFinding(limits, hasRuleQuota, redisUrl !== undefined, claim),
  );
  check(
    "life",
    "the functions for stored files have their own key or role",
    () => readOwnKey("LIFE", env),
    lifeFinding,
  );
  check(
    "objects",
    "the function that lists and deletes has its own key or role",
    () => readOwnKey("OBJECTS", env),
    objectsFinding,
  );
  const webhook = check(
    "webhook",
    "UPLOADED_WEBHOOK and WEBHOOK_SECRET are well formed",
    () => readWebhook(env),
    (webhook, claim) =>
      webhook === undefined
        ? skip(claim, "UPLOADED_WEBHOOK is not set: uploads are not announced.")
        : pass(claim, `Uploads are announced to ${webhook.url.host}.`),
  );
  check(
    "media-check",
    "MEDIA_CHECK and the message push are well formed",
    () => readMediaCheckSettings(env),
    (settings, claim) => mediaCheckFinding(settings, env, rules, claim),
  );
  check(
    "cert-watch",
    "CERT_HOSTS and cert-watch's other settings are well formed",
    () =>
      env["CERT_HOSTS"] !== undefined || env["CERT_RENEW"] === "yes"
        ? readCertSettings(env, { parse: parseEndpoint, label })
        : undefined,
    (settings, claim) =>
      settings === undefined
        ? skip(claim, "CERT_HOSTS is not set: nobody is told before a certificate expires.")
        : pass(claim, `${settings.hosts.map(label).join(", ")}.`),
  );
  findings.push(togetherFinding(env, findings));
  findings.push(...slipFindings(settings));
  return {
    findings,
    isConfigured,
    bucket,
    sts,
    downloadHost,
    corsOrigins: corsOrigins ?? new Set(),
    wechat,
    keySet: auth.status === "pass" ? readAuthSettings(env).keySet : undefined,
    redisUrl: hasRuleQuota || Object.keys(quota?.limits ?? {}).length > 0 ? quota?.redisUrl : undefined,
    webhook: webhook?.url,
  };
}

function bucketFinding({ bucket, region, host }: BucketConfig, claim: Claim): Finding {
  if (KNOWN_REGIONS.includes(region)) return pass(claim, `${bucket} in ${region}, uploads to ${host}.`);
  const meant = meantRegion(region);
  return meant === undefined
    ? warn(claim, `COS_REGION ${region} is not a region that this tool knows.`, "Check its spelling.")
    : fail(claim, `COS_REGION ${region} is not a region; ${meant} is.`, `Set COS_REGION=${meant}.`);
}

function authFinding(env: Environment): Finding {
  const claim = { id: "settings.auth", title: "UPLOAD_AUTH checks callers" };
  // Its reader would print a warning to standard output, where the report goes.
  if (env["UPLOAD_AUTH"] === "none") {
    return warn(
      claim,
      "UPLOAD_AUTH=none: anyone who finds the functions' address can fill the bucket.",
      "Leave UPLOAD_AUTH out (jwt) and set JWT_SECRET, or JWT_JWKS_URL with JWT_ISSUER and JWT_AUDIENCE.",
    );
  }
  try {
    readAuthSettings(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return fail(claim, error.message, FIX);
    throw error;
  }
  return pass(claim, `UPLOAD_AUTH is ${env["UPLOAD_AUTH"] ?? "jwt"}.`);
}

/** How WeChat is called. Of login's own settings nothing is read where it is not deployed: see serverless.yml. */
function readWeChatOf(env: Environment): WeChat | undefined {
  if (env["WX_APPID"] === undefined) return undefined;
  return env["JWT_JWKS_URL"] === undefined ? readLogin(env).wechat : readWeChat(env);
}

/** What no function says, and no finding above: it would be said twice. */
function togetherFinding(env: Environment, findings: readonly Finding[]): Finding {
  const claim = { id: "settings.together", title: "what the settings need of each other is set" };
  const said = new Set(
    findings.flatMap(({ status, detail }) => (status === "fail" ? [firstWord(detail)] : [])),
  );
  const role = ["COS", ...OWN_KEYS].map((owner) => `${owner}_ROLE_ARN`).find((name) => env[name]);
  const roleProblem = role && executionRoleProblem(role, env["FUNCTION_ROLE"] ?? "");
  const problems = [...togetherProblems(env), ...(roleProblem ? [roleProblem] : [])].filter(
    (problem) => !said.has(firstWord(problem)),
  );
  if (problems.length > 0) return fail(claim, problems.join(" "), FIX);
  const unused = leftovers(env);
  return unused.length === 0
    ? pass(claim)
    : warn(claim, unused.join(" "), "Set what is missing, or remove what is not used.");
}

function firstWord(sentence = ""): string {
  return sentence.split(" ")[0] ?? "";
}
