import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudApi } from "../../packages/https-account/src/index.ts";
import {
  type Endpoint,
  label,
  parseEndpoint,
  rootsOf,
  type TrustAnchors,
  trustAnchors,
} from "../../packages/tls-check/src/index.ts";
import { type CertRenewal, type CertSettings, readCertSettings } from "../../shared/cert-settings.ts";
import type { Environment } from "../../shared/config.ts";

/** What cert-watch works with, made once at cold start. */
export interface CertWatch extends Pick<CertSettings<Endpoint>, "hosts" | "webhook"> {
  readonly anchors: TrustAnchors;
  /** The account's certificates, which are renewed; undefined when nothing is. */
  readonly ssl: CloudApi | undefined;
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function readCertWatch(env: Environment): CertWatch {
  const { hosts, webhook, renewal } = readCertSettings(env, { parse: parseEndpoint, label });
  return {
    hosts,
    webhook,
    anchors: trustAnchors(extraRoots(env)),
    ssl: renewal && sslOf(renewal),
  };
}

/** The limit for one call of the API. */
const CALL_SECONDS = 10;

function sslOf({ key, endpoint }: CertRenewal): CloudApi {
  return new CloudApi("ssl", {
    credential: key,
    endpoint: endpoint?.href,
    timeoutSeconds: CALL_SECONDS,
    sleep: (ms) => sleep(ms),
    hints: {
      key: "Check CERT_SECRET_ID and CERT_SECRET_KEY.",
      permission: "The key lacks the permission: see deploy/policies/cert-renewal.json.",
    },
  });
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
