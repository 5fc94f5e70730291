import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import { CosError } from "./errors.ts";
import { parseQuery, percentDecode, type Query } from "./query.ts";

/** A request, parsed at the edge; nothing below the handler looks at Node's. */
export interface CosRequest {
  /** Upper case. */
  readonly method: string;
  /** The Host header, lower case. */
  readonly host: string;
  /** Decoded, with its leading slash. */
  readonly path: string;
  /** The path without its leading slash; empty for the bucket itself. */
  readonly key: string;
  readonly query: Query;
  /** Names in lower case; a repeated header has all its values, joined by a comma and a space. */
  readonly headers: ReadonlyMap<string, string>;
  /** The Content-Length header in bytes; undefined without one. */
  readonly contentLength: number | undefined;
  /** Whether the connection is encrypted. */
  readonly secure: boolean;
  /** Such as `1.3`; undefined without encryption. */
  readonly tlsVersion: string | undefined;
  readonly remoteAddress: string;
  /** The port on which the request arrived. */
  readonly localPort: number;
  readonly body: IncomingMessage;
}

/** @throws {CosError} InvalidURI */
export function parseRequest(message: IncomingMessage): CosRequest {
  const url = message.url ?? "";
  if (!url.startsWith("/")) {
    throw new CosError("InvalidURI", "Couldn't parse the specified URI.", {
      reason: "the request's target must be a path",
    });
  }
  const mark = url.indexOf("?");
  const path = percentDecode(mark < 0 ? url : url.slice(0, mark));
  const headers = parseHeaders(message.rawHeaders);
  const length = headers.get("content-length");
  const { socket } = message;
  return {
    method: (message.method ?? "").toUpperCase(),
    host: (headers.get("host") ?? "").toLowerCase(),
    path,
    key: path.slice(1),
    query: parseQuery(mark < 0 ? "" : url.slice(mark + 1)),
    headers,
    contentLength: length !== undefined && /^\d{1,20}$/.test(length) ? Number(length) : undefined,
    secure: socket instanceof TLSSocket,
    tlsVersion: socket instanceof TLSSocket ? tlsVersion(socket) : undefined,
    remoteAddress: (socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    localPort: socket.localPort ?? 0,
    body: message,
  };
}

function tlsVersion(socket: TLSSocket): string | undefined {
  return /^TLSv(\d(?:\.\d)?)$/.exec(socket.getProtocol() ?? "")?.[1];
}

function parseHeaders(raw: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? "").toLowerCase();
    const value = headerValue(raw[i + 1] ?? "");
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Node reads header bytes as Latin-1; clients that send more than ASCII send UTF-8. */
export function headerValue(latin1: string): string {
  if (!/[\x80-\xff]/.test(latin1)) return latin1;
  try {
    return utf8.decode(Buffer.from(latin1, "latin1"));
  } catch {
    return latin1;
  }
}
