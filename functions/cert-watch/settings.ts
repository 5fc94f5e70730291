import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudApi, EndpointError } from "../../packages/https-account/src/index.ts";
import {
  type Endpoint,
  label,
  parseEndpoint,
  rootsOf,
  type TrustAnchors,
  trustAnchors,
} from "../../packages/tls-check/src/index.ts";
import { type Environment, mustBe, optional, optionalUrl, required } from "../../shared/config.ts";
import { ConfigurationError } from "../../shared/errors.ts";

/** What cert-watch works with, made once at cold start. */
export interface CertWatch {
  readonly hosts: readonly Endpoint[];
  /** Anyone who knows it can post to the group, so it is as secret as a key. Without one, findings are only logged. */
  readonly webhook: URL | undefined;
  readonly anchors: TrustAnchors;
  /** The account's certificates, which are renewed; undefined when nothing is. */
  readonly ssl: CloudApi | undefined;
}

/** More could not be checked within one invocation. */
const MAX_HOSTS = 50;

/** CERT_HOSTS, CERT_WEBHOOK, and with CERT_RENEW=yes the key that renews. */
export function readCertWatch(env: Environment): CertWatch {
  return {
    hosts: readHosts(env),
    webhook: readWebhook(env),
    anchors: trustAnchors(extraRoots(env)),
    ssl: readSsl(env),
  };
}

/** The limit for one call of the API. */
const CALL_SECONDS = 10;

/** A SecretId or a SecretKey. */
const KEY = /^[\x21-\x7e]{8,}$/;

/** A key of its own, since the functions' key should not be able to change certificates. */
function readSsl(env: Environment): CloudApi | undefined {
  if (optional(env, "CERT_RENEW", /^(yes|no)$/, "yes or no") !== "yes") return undefined;
  const says = "from a key that may renew certificates (deploy/policies/cert-renewal.json)";
  const secretId = required(env, "CERT_SECRET_ID", KEY, says);
  const secretKey = required(env, "CERT_SECRET_KEY", KEY, says);
  const endpoint = optional(env, "SSL_ENDPOINT", /^https?:\/\//, "https://HOST");
  try {
    return new CloudApi("ssl", {
      credential: { secretId, secretKey },
      endpoint,
      timeoutSeconds: CALL_SECONDS,
      sleep: (ms) => sleep(ms),
      hints: {
        key: "Check CERT_SECRET_ID and CERT_SECRET_KEY.",
        permission: "The key lacks the permission: see deploy/policies/cert-renewal.json.",
      },
    });
  } catch (error) {
    if (error instanceof EndpointError) throw new ConfigurationError(error.message);
    throw error;
  }
}

function readHosts(env: Environment): Endpoint[] {
  const says = `1 to ${MAX_HOSTS} of host or host:port, comma-separated`;
  const list = required(env, "CERT_HOSTS", /^[^,\s]+(\s*,\s*[^,\s]+)*$/, says).split(/\s*,\s*/);
  const hosts = new Map<string, Endpoint>();
  for (const text of list) {
    const endpoint = parseEndpoint(text);
    if (endpoint === undefined) throw mustBe("CERT_HOSTS", says);
    hosts.set(label(endpoint), endpoint);
  }
  if (hosts.size > MAX_HOSTS) throw mustBe("CERT_HOSTS", says);
  return [...hosts.values()];
}

function readWebhook(env: Environment): URL | undefined {
  const says = "an https:// address such as that of a WeCom group's bot";
  return optionalUrl(env, "CERT_WEBHOOK", /^https:\/\/[\x21-\x7e]+$/, says);
}

/** What Node itself trusts in addition to its own roots: naming roots for a connection switches that off. */
function extraRoots({ NODE_EXTRA_CA_CERTS: file }: Environment): string[] {
  if (!file) return [];
  try {
    return rootsOf(readFileSync(file, "utf8"));
  } catch {
    return [];
  }
}
