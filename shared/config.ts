import { ConfigurationError } from "./errors.ts";
import { isPublished } from "./published-secrets.ts";

/** The environment, as given at cold start. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The permanent key that may call STS. */
export interface PermanentKey {
  readonly secretId: string;
  readonly secretKey: string;
}

/** The bucket that files go to. */
export interface BucketConfig {
  /** `name-appid`. */
  readonly bucket: string;
  readonly appId: string;
  /** Such as `ap-guangzhou`. */
  readonly region: string;
  /** `host[:port]` that clients upload to, in lower case, as their Host header will say it. */
  readonly host: string;
}

/** How to get temporary credentials: with a permanent key, or by assuming a role. */
export type StsConfig = {
  /** `host[:port]`; always spoken to over HTTPS. */
  readonly endpoint: string;
  readonly region: string;
} & (
  | { readonly key: PermanentKey; readonly roleArn?: undefined }
  /** `qcs::cam::uin/<uin>:roleName/<name>` */
  | { readonly roleArn: string }
);

/** The life of a signature, where a rule does not set its own. */
export const SIGNATURE_SECONDS = {
  default: 900,
  min: 60,
  /** The most that GetFederationToken gives to a main account (https://cloud.tencent.com/document/api/598/33416). */
  max: 7200,
} as const;

const HOST = /^(?!\.)(?=.{1,253}(?::|$))(?:(?:^|\.)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+(?::[1-9]\d{0,4})?$/;
/** Visible ASCII, no space. */
const PRINTABLE = /^[\x21-\x7e]+$/;

/**
 * Reads one variable. A blank one is an error, never a silent default; so is a secret that this project has published.
 */
export function optional(env: Environment, name: string, form: RegExp, says: string): string | undefined {
  const value = env[name];
  if (value === undefined) return undefined;
  if (!form.test(value)) throw mustBe(name, says);
  if (isPublished(value)) throw new ConfigurationError(publishedSays(name));
  return value;
}

/** The error in a variable that is not what it must be. */
export function mustBe(name: string, says: string): ConfigurationError {
  return new ConfigurationError(`${name} must be ${says}.`);
}

/** What is wrong with a variable whose value {@link isPublished}. */
export function publishedSays(name: string): string {
  return `${name} is public: its value is in this project's source, tests or documentation. Set your own.`;
}

/** As {@link optional}, for a variable that must be there. */
export function required(env: Environment, name: string, form: RegExp, says: string): string {
  const value = optional(env, name, form, says);
  if (value === undefined) throw new ConfigurationError(`${name} is not set; it must be ${says}.`);
  return value;
}

/** A whole number between two bounds, both included. */
export function integer(
  env: Environment,
  name: string,
  bounds: { readonly default: number; readonly min: number; readonly max: number },
): number {
  const says = `a whole number from ${bounds.min} to ${bounds.max}`;
  const value = Number(optional(env, name, /^\d{1,9}$/, says) ?? bounds.default);
  if (value < bounds.min || value > bounds.max) throw mustBe(name, says);
  return value;
}

/** COS_BUCKET, COS_REGION and COS_DOMAIN. */
export function readBucket(env: Environment): BucketConfig {
  const bucket = required(
    env,
    "COS_BUCKET",
    /^[a-z0-9][a-z0-9-]{0,61}-\d{5,}$/,
    "a bucket's full name, name-appid, in lower case",
  );
  const region = readRegion(env);
  return {
    bucket,
    appId: bucket.slice(bucket.lastIndexOf("-") + 1),
    region,
    host: readHost(env, "COS_DOMAIN") ?? `${bucket}.cos.${region}.myqcloud.com`,
  };
}

/** STS_ENDPOINT, and COS_ROLE_ARN or COS_SECRET_ID and COS_SECRET_KEY. A role replaces the key. */
export function readSts(env: Environment): StsConfig {
  const says = "a role, qcs::cam::uin/<uin>:roleName/<name>";
  // With an id instead, and for a service's role, it begins role/ (https://cloud.tencent.com/document/api/1312/48197).
  const roleArn = optional(env, "COS_ROLE_ARN", /^qcs::cam::uin\/\d+:role(Name)?\/[\w+=,.@/-]{1,160}$/, says);
  return {
    endpoint: readHost(env, "STS_ENDPOINT") ?? "sts.tencentcloudapi.com",
    region: readRegion(env),
    ...(roleArn === undefined ? { key: readPermanentKey(env) } : { roleArn }),
  };
}

/** COS_SECRET_ID and COS_SECRET_KEY. */
export function readPermanentKey(env: Environment): PermanentKey {
  const read = (name: string, what: string) => required(env, name, PRINTABLE, `a sub-account's ${what}`);
  return { secretId: read("COS_SECRET_ID", "SecretId"), secretKey: read("COS_SECRET_KEY", "SecretKey") };
}

/** DOWNLOAD_DOMAIN: the host that objects are read from, a custom domain or a CDN's; undefined when not set. */
export function readDownloadHost(env: Environment): string | undefined {
  return readHost(env, "DOWNLOAD_DOMAIN");
}

/** SIGNATURE_SECONDS: the life of a signature, in seconds. */
export function readSignatureSeconds(env: Environment): number {
  return integer(env, "SIGNATURE_SECONDS", SIGNATURE_SECONDS);
}

/** As `new URL`, or undefined. (Node 18.15 has no `URL.canParse`.) */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** As {@link optional}, for an address of one host: not a list, a wildcard, or an address behind a form's https://. */
export function optionalUrl(env: Environment, name: string, form: RegExp, says: string): URL | undefined {
  const text = optional(env, name, form, says);
  if (text === undefined) return undefined;
  const url = parseUrl(text);
  if (url === undefined || /^https?$|[,;*]/.test(url.hostname)) throw mustBe(name, says);
  return url;
}

function readRegion(env: Environment): string {
  return required(env, "COS_REGION", /^[a-z]+(-[a-z0-9]+)+$/, "a region such as ap-guangzhou");
}

/** `host[:port]`. The port of https itself is left out, as clients leave it out of the signed Host header. */
function readHost(env: Environment, name: string): string | undefined {
  const says = "host or host:port, without https:// or a path";
  const host = optional(env, name, /./, says)?.toLowerCase();
  if (host === undefined) return undefined;
  if (!HOST.test(host) || Number(host.split(":")[1] ?? 443) > 65535) throw mustBe(name, says);
  return host.replace(/:443$/, "");
}
