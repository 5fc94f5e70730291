import { type Environment, mustBe, optional, optionalUrl, type PermanentKey, required } from "./config.ts";

/** The settings of cert-watch. */
export interface CertSettings<H> {
  readonly hosts: readonly H[];
  /** Anyone who knows it can post to the group, so it is as secret as a key. Without one, findings are only logged. */
  readonly webhook: URL | undefined;
  /** How to renew the account's certificates; undefined when nothing is renewed. */
  readonly renewal: CertRenewal | undefined;
}

export interface CertRenewal {
  /** A key of its own, since the functions' key should not be able to change certificates. */
  readonly key: PermanentKey;
  /** Of the SSL API; undefined for Tencent's own. */
  readonly endpoint: URL | undefined;
}

/** How a host is read, by whoever checks certificates. */
export interface HostReader<H> {
  /** @returns undefined for what is not `host` or `host:port` */
  readonly parse: (text: string) => H | undefined;
  /** By which two are the same. */
  readonly label: (host: H) => string;
}

/** More could not be checked within one invocation. */
const MAX_HOSTS = 50;

/** A SecretId or a SecretKey. */
const KEY = /^[\x21-\x7e]{8,}$/;

/**
 * CERT_HOSTS, CERT_WEBHOOK, and with CERT_RENEW=yes the key that renews.
 *
 * @throws ConfigurationError naming the variable that is missing or malformed
 */
export function readCertSettings<H>(env: Environment, reader: HostReader<H>): CertSettings<H> {
  const says = "an https:// address such as that of a WeCom group's bot";
  return {
    hosts: readHosts(env, reader),
    webhook: optionalUrl(env, "CERT_WEBHOOK", /^https:\/\/[\x21-\x7e]+$/, says),
    renewal: readRenewal(env),
  };
}

function readRenewal(env: Environment): CertRenewal | undefined {
  if (optional(env, "CERT_RENEW", /^(yes|no)$/, "yes or no") !== "yes") return undefined;
  const read = (name: string) =>
    required(env, name, KEY, "from a key that may renew certificates (deploy/policies/cert-renewal.json)");
  const key = { secretId: read("CERT_SECRET_ID"), secretKey: read("CERT_SECRET_KEY") };
  return { key, endpoint: optionalUrl(env, "SSL_ENDPOINT", ENDPOINT, "https://HOST") };
}

/** Certificates' private keys may be sent there, so only a loopback address may be used without TLS. */
const ENDPOINT = /^(?:https:\/\/[^/?#@]+|http:\/\/(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?)\/?$/;

function readHosts<H>(env: Environment, { parse, label }: HostReader<H>): H[] {
  const says = `1 to ${MAX_HOSTS} of host or host:port, comma-separated`;
  const list = required(env, "CERT_HOSTS", /^[^,\s]+(\s*,\s*[^,\s]+)*$/, says).split(/\s*,\s*/);
  const hosts = new Map<string, H>();
  for (const text of list) {
    const host = parse(text);
    if (host === undefined) throw mustBe("CERT_HOSTS", says);
    hosts.set(label(host), host);
  }
  if (hosts.size > MAX_HOSTS) throw mustBe("CERT_HOSTS", says);
  return [...hosts.values()];
}
