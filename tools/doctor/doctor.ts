import {
  type Endpoint,
  type Finding,
  fail,
  isLoopback,
  label,
  parseEndpoint,
  skip,
} from "../../packages/tls-check/src/index.ts";
import type { Environment } from "../../shared/config.ts";
import { type Network, placeOf } from "../lib/network.ts";
import type { Settings } from "../lib/settings.ts";
import { checkLogin } from "./check-login.ts";
import { checkHost } from "./https/check-host.ts";
import { checkKeys } from "./reach/check-keys.ts";
import { checkRedis } from "./reach/check-redis.ts";
import { checkWebhook } from "./reach/check-webhook.ts";
import { type CheckedSettings, checkSettings } from "./settings/check-settings.ts";
import { checkCors } from "./storage/check-cors.ts";
import { checkRegion } from "./storage/check-region.ts";
import { checkStorage, withoutStorage } from "./storage/check-storage.ts";
import { weChatFindings } from "./wechat.ts";

export interface DoctorOptions {
  readonly settings: Settings;
  /** Hosts to check in addition to those in the settings. */
  readonly hosts: readonly Endpoint[];
  /** The functions' address, as it was given. */
  readonly functionUrl: string | undefined;
  /** The port on which to look for plain HTTP on every host, instead of 80. */
  readonly httpPort: number | undefined;
  /** Whether probes may be uploaded. */
  readonly upload: boolean;
  readonly network: Network;
  /** Unix time in milliseconds. */
  readonly clock: () => number;
}

/** Checks a deployment: its settings, its storage, the HTTPS of its hosts, and WeChat's rules. */
export async function examine(given: DoctorOptions): Promise<Finding[]> {
  const options = { ...given, settings: withoutBlanks(given.settings) };
  const { settings, hosts, functionUrl, network, clock } = options;
  const checked = checkSettings(settings);
  if (!checked.isConfigured && hosts.length === 0 && functionUrl === undefined) return [NOTHING_SET];
  const endpoints = endpointsOf(options, checked);
  const [storage, login, reach, ...https] = await Promise.all([
    storageFindings(options, checked),
    loginFindings(options, checked),
    reachFindings(options, checked),
    ...endpoints.map((endpoint) =>
      checkHost(endpoint, network, { httpPort: options.httpPort, now: clock() }),
    ),
  ]);
  return [
    ...(checked.isConfigured ? [...checked.findings, ...storage, ...login, ...reach] : [NO_SETTINGS]),
    ...https.flat(),
    ...weChatChecks(options, checked),
  ];
}

/** As `npm run deploy` takes them: a variable with an empty value, such as those of .env.example, is not set. */
function withoutBlanks(settings: Settings): Settings {
  const env = Object.fromEntries(Object.entries(settings.env).filter(([, value]) => value !== ""));
  return { ...settings, env };
}

const SETTINGS_CLAIM = { id: "settings", title: "the settings, credentials and storage" };

const NOTHING_SET = fail(
  SETTINGS_CLAIM,
  "None of the functions' settings were found, neither in the environment nor in .env.",
  "Copy .env.example to .env and fill it in, name another file with --env-file, or check only hosts with --host.",
);

const NO_SETTINGS = skip(
  SETTINGS_CLAIM,
  "None of the functions' settings were found, neither in the environment nor in .env; only the hosts are checked.",
);

async function loginFindings({ network }: DoctorOptions, { wechat }: CheckedSettings): Promise<Finding[]> {
  return wechat === undefined ? [] : [await checkLogin(wechat, network)];
}

/** Checks the other servers in the settings, on which the functions depend. */
async function reachFindings(
  { network }: DoctorOptions,
  { keySet, redisUrl, webhook }: CheckedSettings,
): Promise<Finding[]> {
  return await Promise.all([
    ...(keySet === undefined ? [] : [checkKeys(keySet, network)]),
    ...(redisUrl === undefined ? [] : [checkRedis(redisUrl, network.timeoutMs)]),
    ...(webhook === undefined ? [] : [checkWebhook(webhook, network)]),
  ]);
}

async function storageFindings(options: DoctorOptions, checked: CheckedSettings): Promise<Finding[]> {
  const { network, clock } = options;
  const { bucket, sts, corsOrigins } = checked;
  if (bucket === undefined) return await probeFindings(options, checked);
  const [region, probes, cors] = await Promise.all([
    checkRegion(
      bucket,
      sts?.roleArn === undefined ? sts?.key : undefined,
      Math.floor(clock() / 1000),
      network,
    ),
    probeFindings(options, checked),
    checkCors(corsOrigins, bucket, clock(), network),
  ]);
  return [region, ...probes, ...cors];
}

async function probeFindings(
  { upload, network, clock }: DoctorOptions,
  { bucket, downloadHost, sts }: CheckedSettings,
): Promise<Finding[]> {
  if (!upload) return withoutStorage("--no-upload was given.");
  if (bucket === undefined || sts === undefined) {
    return withoutStorage(
      "This needs a bucket and a key: COS_BUCKET, COS_REGION, COS_SECRET_ID, COS_SECRET_KEY.",
    );
  }
  if (sts.roleArn !== undefined) {
    return withoutStorage(
      "COS_ROLE_ARN is set: only the function has the role's key, so it cannot be checked from here.",
    );
  }
  return await checkStorage(bucket, downloadHost, sts, clock, network);
}

/** All hosts without duplicates, those from the settings first. */
function endpointsOf({ hosts, functionUrl, network }: DoctorOptions, checked: CheckedSettings): Endpoint[] {
  const texts = [functionUrl, checked.bucket?.host, checked.downloadHost];
  const configured = texts.flatMap((text) => (text === undefined ? [] : [parseEndpoint(text)]));
  const byLabel = new Map<string, Endpoint>();
  for (const endpoint of [...configured, ...hosts]) {
    if (endpoint === undefined) continue;
    byLabel.set(label(endpoint), { ...endpoint, ...placeOf(endpoint.host, network) });
  }
  return [...byLabel.values()];
}

function weChatChecks({ settings, functionUrl }: DoctorOptions, checked: CheckedSettings): Finding[] {
  const { bucket, sts, downloadHost } = checked;
  const lists = { id: "wechat.lists", title: "the lines for WeChat's server domain lists" };
  if (bucket === undefined && functionUrl === undefined) {
    const reason = "This needs the upload host: COS_BUCKET and COS_REGION, or COS_DOMAIN.";
    return checked.isConfigured ? [skip(lists, reason)] : [];
  }
  if (bucket !== undefined && sts !== undefined && [bucket.host, sts.endpoint].every(isOnThisMachine)) {
    return [
      skip(lists, "These settings are for an emulator; WeChat's rules are for the hosts of a deployment."),
    ];
  }
  return weChatFindings({
    functions: functionUrl,
    upload: bucket === undefined ? undefined : written(settings.env, "COS_DOMAIN", bucket.host),
    download: downloadHost === undefined ? undefined : written(settings.env, "DOWNLOAD_DOMAIN", downloadHost),
  });
}

/** The host as it is set. The functions' reader has already removed what WeChat would not accept, such as :443. */
function written(env: Environment, name: string, host: string): string {
  return env[name] ?? host;
}

function isOnThisMachine(host: string): boolean {
  const endpoint = parseEndpoint(host);
  return endpoint !== undefined && isLoopback(endpoint.host);
}
