import { isIP } from "node:net";
import { domainToASCII } from "node:url";

/** A server to connect to with TLS. */
export interface Endpoint {
  /** A name or an IP address (IPv6 without brackets), in lower case. */
  readonly host: string;
  readonly port: number;
  /** Where to connect instead of the address that DNS gives. */
  readonly address?: string;
  /** The port at that address, if not `port`. */
  readonly addressPort?: number;
}

const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;

/**
 * Reads `HOST[:PORT]`, with IPv6 in brackets, or an https:// URL; undefined for anything else. A name in other letters than
 * ASCII's is read as it is sent (https://datatracker.ietf.org/doc/html/rfc5890#section-2.3.2.1).
 */
export function parseEndpoint(text: string, defaultPort = 443): Endpoint | undefined {
  const authority = text.toLowerCase().replace(/^https:\/\/([^/?#]*).*$/, "$1");
  const [, v6, name, portText] = /^(?:\[([^\]]+)\]|([^:[\]/]+))(?::(\d{1,5}))?$/.exec(authority) ?? [];
  const host = v6 ?? (name !== undefined && /[^ -~]/.test(name) ? domainToASCII(name) : name);
  const port = portText === undefined ? defaultPort : Number(portText);
  if (host === undefined || port < 1 || port > 65535) return undefined;
  if (v6 !== undefined ? isIP(v6) !== 6 : isIP(host) === 0 && !NAME.test(host)) return undefined;
  return { host, port };
}

/** `host`, or `host:port` if the port is not 443. */
export function label({ host, port }: Endpoint): string {
  const name = isIP(host) === 6 ? `[${host}]` : host;
  return port === 443 ? name : `${name}:${port}`;
}

/** Whether the host is this machine. */
export function isLoopback(host: string): boolean {
  return /^(127(\.\d{1,3}){3}|::1|localhost|.+\.localhost)$/.test(host);
}
