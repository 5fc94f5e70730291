import { readFileSync } from "node:fs";
import {
  type Endpoint,
  label,
  parseEndpoint,
  rootsOf,
  type TrustAnchors,
  trustAnchors,
} from "../../packages/tls-check/src/index.ts";
import { type Environment, optional, parseUrl, required } from "../../shared/config.ts";
import { ConfigurationError } from "../../shared/errors.ts";

/** What cert-watch works with, made once at cold start. */
export interface CertWatch {
  readonly hosts: readonly Endpoint[];
  /** Anyone who knows it can post to the group, so it is as secret as a key. Without one, findings are only logged. */
  readonly webhook: URL | undefined;
  readonly anchors: TrustAnchors;
}

/** More could not be checked within one invocation. */
const MAX_HOSTS = 50;

/** CERT_HOSTS and CERT_WEBHOOK. */
export function readCertWatch(env: Environment): CertWatch {
  return { hosts: readHosts(env), webhook: readWebhook(env), anchors: trustAnchors(extraRoots(env)) };
}

function readHosts(env: Environment): Endpoint[] {
  const says = `1 to ${MAX_HOSTS} of host or host:port, comma-separated`;
  const list = required(env, "CERT_HOSTS", /^[^,\s]+(\s*,\s*[^,\s]+)*$/, says).split(/\s*,\s*/);
  const hosts = new Map<string, Endpoint>();
  for (const text of list) {
    const endpoint = parseEndpoint(text);
    if (endpoint === undefined) throw new ConfigurationError(`CERT_HOSTS must be ${says}.`);
    hosts.set(label(endpoint), endpoint);
  }
  if (hosts.size > MAX_HOSTS) throw new ConfigurationError(`CERT_HOSTS must be ${says}.`);
  return [...hosts.values()];
}

function readWebhook(env: Environment): URL | undefined {
  const says = "an https:// address such as that of a WeCom group's bot";
  const text = optional(env, "CERT_WEBHOOK", /^https:\/\/[\x21-\x7e]+$/, says);
  if (text === undefined) return undefined;
  const url = parseUrl(text);
  if (url === undefined) throw new ConfigurationError(`CERT_WEBHOOK must be ${says}.`);
  return url;
}

/** What Node itself trusts besides its own roots: naming roots for a connection switches that off. */
function extraRoots({ NODE_EXTRA_CA_CERTS: file }: Environment): string[] {
  if (!file) return [];
  try {
    return rootsOf(readFileSync(file, "utf8"));
  } catch {
    return [];
  }
}
