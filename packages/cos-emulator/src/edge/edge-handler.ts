import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import { TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { DomainConfig } from "../cdn/domain-config.ts";
import type { Cloud } from "../cloud.ts";
import { CDN_HEADER } from "../cos/default-host.ts";
import type { Zone } from "../dns/zone.ts";
import { type Handler, sendText } from "../guard/guard.ts";

const compress = promisify(gzip);

/** Headers that belong to one connection (RFC 9110, section 7.6.1) and are not allowed in HTTP/2. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "te",
]);

export interface EdgeHandlerOptions {
  readonly zone: Zone;
  /** `host:port` of COS. */
  readonly cosHost: string;
  /** The settings of a name on the CDN or EdgeOne; undefined for one that leads elsewhere. */
  readonly configOf: (name: string) => DomainConfig | undefined;
  /** Whether this is a bucket's own host. */
  readonly isBucketHost: (name: string) => boolean;
}

/** Answers like whatever the request's host leads to: the CDN, or the bucket itself. */
export function createEdgeHandler(options: EdgeHandlerOptions, cloud: Cloud): Handler {
  const { bucket, ownNames } = cloud;
  const bucketHost = `${bucket.name}.cos.${bucket.region}.myqcloud.com`;
  const fetcher = new Fetcher(options.cosHost, bucketHost, ownNames.authority.certificatePem);
  return async (message, response) => {
    const name = nameOf(message);
    const isSecure = message.socket instanceof TLSSocket;
    const config = options.configOf(name);
    if (config !== undefined) {
      await answerAsCdn(config, { message, response, name, isSecure }, fetcher);
    } else if (options.isBucketHost(name) || options.zone.cnameOf(name) !== undefined) {
      const answer = await fetcher.fetch(message, name, isSecure);
      send(response, answer.status, answer.headers, answer.body);
    } else {
      message.resume();
      sendText(response, 404, `The emulated DNS does not know ${JSON.stringify(name)}.`);
    }
  };
}

interface EdgeRequest {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly name: string;
  readonly isSecure: boolean;
}

async function answerAsCdn(
  config: DomainConfig,
  { message, response, name, isSecure }: EdgeRequest,
  fetcher: Fetcher,
): Promise<void> {
  const own = new Map<string, string>();
  const { https, forceRedirect, responseHeader, compression } = config;
  if (responseHeader.on) {
    for (const { mode, name: header, value } of responseHeader.rules) {
      if (mode !== "del") own.set(header.toLowerCase(), value);
    }
  }
  if (isSecure && https.hsts.on) {
    const { maxAge, includeSubDomains } = https.hsts;
    own.set(
      "strict-transport-security",
      `max-age=${maxAge}${includeSubDomains ? "; includeSubDomains" : ""}`,
    );
  }
  const scheme = isSecure ? "https" : "http";
  if (forceRedirect.on && forceRedirect.type !== scheme) {
    message.resume();
    own.set("location", `${forceRedirect.type}://${name}${message.url ?? "/"}`);
    return send(response, forceRedirect.status, own, Buffer.alloc(0));
  }
  const protocol = config.originPullProtocol;
  const answer = await fetcher.fetch(
    message,
    undefined,
    protocol === "https" || (protocol === "follow" && isSecure),
  );
  const headers = new Map([...answer.headers, ...own]);
  let { body } = answer;
  if (compression.on && acceptsGzip(message) && isCompressed(compression.rules, message.url ?? "/", body)) {
    body = await compress(body);
    headers.set("content-encoding", "gzip");
    headers.set("vary", "Accept-Encoding");
  }
  send(response, answer.status, headers, body);
}

function acceptsGzip({ headers }: IncomingMessage): boolean {
  return /\bgzip\b/.test(String(headers["accept-encoding"] ?? ""));
}

/** Whether one of UpdateDomainConfig's CompressionRules applies to this answer. */
function isCompressed(rules: readonly unknown[], path: string, body: Buffer): boolean {
  const extension = /\.([a-z0-9]+)(?:\?|$)/i.exec(path)?.[1]?.toLowerCase() ?? "";
  return rules.some((rule) => {
    const { MinLength = 0, MaxLength = Number.POSITIVE_INFINITY, Algorithms, ...which } = new Rule(rule);
    const isOfType =
      which.RuleType === "all" ||
      (which.RuleType === "file" ? which.RulePaths : which.FileExtensions).includes(extension);
    return Algorithms.includes("gzip") && isOfType && body.length >= MinLength && body.length <= MaxLength;
  });
}

/** A rule. Only the types `all` and `file` are emulated. */
class Rule {
  readonly MinLength: number | undefined;
  readonly MaxLength: number | undefined;
  readonly Algorithms: readonly unknown[];
  readonly RuleType: unknown;
  readonly RulePaths: readonly unknown[];
  readonly FileExtensions: readonly unknown[];

  constructor(rule: unknown) {
    const given: ReadonlyMap<string, unknown> = new Map(Object.entries(Object(rule)));
    const number = (name: string) =>
      typeof given.get(name) === "number" ? Number(given.get(name)) : undefined;
    const items = (name: string): readonly unknown[] => {
      const value = given.get(name);
      return Array.isArray(value) ? value : [];
    };
    this.MinLength = number("MinLength");
    this.MaxLength = number("MaxLength");
    this.Algorithms = items("Algorithms");
    this.RuleType = given.get("RuleType");
    this.RulePaths = items("RulePaths");
    this.FileExtensions = items("FileExtensions");
  }
}

/** The request's host, without its port. */
function nameOf({ headers }: IncomingMessage): string {
  const host = headers.host ?? headers[":authority"] ?? "";
  return String(host).toLowerCase().replace(/:\d+$/, "");
}

function send(
  response: ServerResponse,
  status: number,
  headers: ReadonlyMap<string, string>,
  body: Buffer,
): void {
  for (const [name, value] of headers) {
    if (!HOP_BY_HOP.has(name) && name !== "content-length") response.setHeader(name, value);
  }
  response.setHeader("content-length", body.length);
  response.writeHead(status);
  response.end(body);
}

interface Fetched {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Forwards requests from the edge to COS. */
class Fetcher {
  readonly #cos: URL;
  readonly #bucketHost: string;
  readonly #ca: string;

  constructor(cosHost: string, bucketHost: string, ca: string) {
    this.#cos = new URL(`http://${cosHost}`);
    this.#bucketHost = bucketHost;
    this.#ca = ca;
  }

  /** @param name the host to send to COS; undefined for the bucket's own */
  fetch(message: IncomingMessage, name: string | undefined, isSecure: boolean): Promise<Fetched> {
    const headers = Object.fromEntries(
      Object.entries(message.headers).filter(([key]) => !key.startsWith(":") && !HOP_BY_HOP.has(key)),
    );
    const options = {
      host: this.#cos.hostname,
      port: this.#cos.port,
      method: message.method,
      path: message.url,
      headers: {
        ...headers,
        host: name ?? this.#bucketHost,
        ...(name === undefined && { [CDN_HEADER]: "1" }),
      },
      agent: false as const,
    };
    return new Promise((resolve, reject) => {
      const sent = isSecure
        ? httpsRequest({ ...options, ca: this.#ca, servername: this.#bucketHost })
        : httpRequest(options);
      sent.on("error", reject);
      sent.on("response", (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const entries = Object.entries(answer.headers).map(([key, value]): [string, string] => [
            key,
            Array.isArray(value) ? value.join(", ") : (value ?? ""),
          ]);
          resolve({
            status: answer.statusCode ?? 502,
            headers: new Map(entries),
            body: Buffer.concat(chunks),
          });
        });
      });
      message.pipe(sent);
      // COS may refuse before the body has arrived, and some clients read the answer only after they have sent it.
      sent.on("close", () => message.resume());
    });
  }
}
