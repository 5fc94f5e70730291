import { Resolver } from "node:dns/promises";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { type Endpoint, isLoopback, type TrustAnchors } from "../../packages/tls-check/src/index.ts";

/** How a command line reaches servers. */
export interface Network {
  readonly anchors: TrustAnchors;
  /** Milliseconds for each step. */
  readonly timeoutMs: number;
  /** Addresses by name, which override DNS. */
  readonly addresses: ReadonlyMap<string, string>;
  /** An emulator's edge, which answers for all names but this machine's own, http and https on one port. */
  readonly edge?: Endpoint | undefined;
  /** `host[:port]` of the DNS server; undefined for the system's. */
  readonly dnsServer?: string | undefined;
}

/** Where to connect for a name instead of asking DNS; empty for a name that DNS decides on. */
export function placeOf(
  host: string,
  { addresses, edge }: Network,
): Pick<Endpoint, "address" | "addressPort"> {
  const address = addresses.get(host);
  if (address !== undefined) return { address };
  if (edge === undefined || isLoopback(host)) return {};
  return { address: edge.host, addressPort: edge.port };
}

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "OPTIONS" | "PUT" | "POST" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Whether to accept a bad certificate, because another check reports it. */
  readonly anyCertificate?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  /** The first value of each header, by its name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** There was no answer. The error contains no part of the request. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  /** Node's or OpenSSL's code, or `TIMEOUT`. */
  readonly code: string;
  constructor(code: string) {
    super(code === "TIMEOUT" ? "no answer in time" : `the connection failed (${code})`);
    this.code = code;
  }
}

/** The most bytes to read of an answer. */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Makes one HTTP or HTTPS request on a new connection, without following redirects.
 *
 * @throws NetworkError
 */
export function send(url: URL, request: HttpRequest, network: Network): Promise<HttpAnswer> {
  const isHttps = url.protocol === "https:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const length = request.body === undefined ? {} : { "content-length": String(request.body.length) };
  const place = placeOf(host, network);
  const settings = {
    method: request.method,
    host: place.address ?? host,
    port: place.addressPort ?? (url.port || (isHttps ? 443 : 80)),
    path: url.pathname + url.search,
    headers: { host: url.host, ...request.headers, ...length },
    agent: false as const,
  };
  const tls = {
    secureContext: network.anchors.context,
    servername: isIP(host) === 0 ? host : "",
    rejectUnauthorized: request.anyCertificate !== true,
  };
  return new Promise((resolve, reject) => {
    const sent = isHttps ? httpsRequest({ ...settings, ...tls }) : httpRequest(settings);
    const timer = setTimeout(() => sent.destroy(new NetworkError("TIMEOUT")), network.timeoutMs);
    const fail = (error: Error & { code?: string }) => {
      clearTimeout(timer);
      reject(error instanceof NetworkError ? error : new NetworkError(error.code ?? "UNKNOWN"));
    };
    sent.on("error", fail);
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const finish = () => {
        clearTimeout(timer);
        const headers = Object.entries(response.headers).map(([name, value]): [string, string] => [
          name,
          (Array.isArray(value) ? value[0] : value) ?? "",
        ]);
        resolve({
          status: response.statusCode ?? 0,
          headers: new Map(headers),
          body: Buffer.concat(chunks),
        });
        sent.destroy();
      };
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes > MAX_ANSWER_BYTES) finish();
      });
      response.on("end", finish);
      response.on("error", fail);
    });
    sent.end(request.body);
  });
}

/** The CNAMEs that a name leads to, at most two; empty when DNS does not answer in time, or is not asked. */
export async function cnamesOf(host: string, network: Network): Promise<string[]> {
  const { timeoutMs, addresses } = network;
  if (isIP(host) !== 0 || !host.includes(".") || addresses.has(host)) return [];
  const resolver = resolverOf(network);
  const ask = async () => {
    const first = await resolver.resolveCname(host);
    const second = await resolver.resolveCname(first[0] ?? "").catch(() => []);
    return [...first, ...second];
  };
  const limit = new Promise<string[]>((resolve) => {
    setTimeout(() => resolve([]), Math.min(timeoutMs, 3000)).unref();
  });
  return await Promise.race([ask().catch(() => []), limit]);
}

/** Whether DNS knows the name; undefined when that is not known. */
export async function isInDns(host: string, network: Network): Promise<boolean | undefined> {
  if (network.addresses.has(host)) return true;
  const resolver = resolverOf(network);
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  if (answers.some(({ status }) => status === "fulfilled")) return true;
  return answers.every((answer) => answer.status === "rejected" && isUnknownName(answer.reason))
    ? false
    : undefined;
}

/** Whether DNS answered that there is no such name, or no such record of it. */
function isUnknownName(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOTFOUND" || code === "ENODATA";
}

function resolverOf({ dnsServer, timeoutMs }: Network): Resolver {
  const resolver = new Resolver({ timeout: Math.min(timeoutMs, 3000), tries: 2 });
  if (dnsServer !== undefined) resolver.setServers([dnsServer]);
  return resolver;
}
