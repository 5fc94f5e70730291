import { type Authorization, fromParts, parseAuthorization } from "./authorization.ts";
import { percentDecode } from "./text.ts";

/** The request that was sent to COS. */
export interface SentRequest {
  /** Upper case. */
  readonly method: string;
  /** `http:` or `https:`; undefined when only the request's head is known. */
  readonly scheme: string | undefined;
  /** The Host header, or the URL's host; lower case, empty when neither is known. */
  readonly host: string;
  /** Decoded once, with its leading slash. */
  readonly path: string;
  /** Decoded. */
  readonly query: ReadonlyMap<string, string>;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** A form's fields, names in lower case; undefined when there is no form, or it was not given. */
  readonly fields: ReadonlyMap<string, string> | undefined;
  /** The length of the file alone, without the form around it; undefined when nobody knows it. */
  readonly fileBytes: number | undefined;
  /** Whether the signature may have been taken out before the request was given, as browsers do when they save a HAR. */
  readonly hidesSignature: boolean;
}

/** What was given as the request is neither an HTTP head nor JSON of one. The message is for the person who gave it. */
export class RequestUnreadable extends Error {
  override readonly name = "RequestUnreadable";
}

/**
 * Reads a request: its head as it went over the wire (`curl -v` marks the lines with `>`), or JSON
 * `{"method","url","headers","fields","fileBytes"}`.
 *
 * @throws {RequestUnreadable}
 */
export function parseRequest(text: string): SentRequest {
  return text.trimStart().startsWith("{") ? fromJson(text) : fromHead(text);
}

/**
 * The same from its parts; `url` may be a whole address or a path.
 *
 * @throws {RequestUnreadable}
 */
export function requestOf(parts: {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fields?: Readonly<Record<string, string>> | undefined;
  readonly fileBytes?: number | undefined;
  readonly hidesSignature?: boolean;
}): SentRequest {
  const headers = lowerCase(parts.headers ?? {});
  const address = /^(https?:)\/\/([^/?#]*)([^#]*)/i.exec(parts.url);
  const target = address === null ? parts.url.split("#", 1)[0] : address[3];
  const [path = "", ...query] = (target || "/").split("?");
  if (address === null && !path.startsWith("/")) {
    throw new RequestUnreadable("The request's url must be an address or a path that begins with a slash.");
  }
  return {
    method: parts.method.toUpperCase(),
    scheme: address?.[1]?.toLowerCase(),
    host: (headers.get("host") ?? address?.[2] ?? "").toLowerCase(),
    path: percentDecode(path || "/"),
    query: parseQuery(query.join("?")),
    headers,
    fields: parts.fields === undefined ? undefined : lowerCase(parts.fields),
    fileBytes: parts.fileBytes,
    hidesSignature: parts.hidesSignature ?? false,
  };
}

/** Who signed the request, wherever it says so; undefined for an unsigned one. */
export function authorizationOf(request: SentRequest): Authorization | undefined {
  const { headers, query, fields } = request;
  const text = headers.get("authorization") ?? query.get("sign") ?? fields?.get("signature");
  if (text !== undefined) return parseAuthorization(text);
  return fromParts(query) ?? (fields && fromParts(fields));
}

/** The request's x-cos-security-token. */
export function tokenOf({ headers, query, fields }: SentRequest): string | undefined {
  const name = "x-cos-security-token";
  return fields?.get(name) ?? headers.get(name) ?? query.get(name);
}

/** Decoded query parameters. A `+` is a plus, as for COS. */
export function parseQuery(query: string): Map<string, string> {
  return new Map(
    query
      .split("&")
      .filter((item) => item !== "")
      .map((item): [string, string] => {
        const equals = item.indexOf("=");
        if (equals < 0) return [percentDecode(item), ""];
        return [percentDecode(item.slice(0, equals)), percentDecode(item.slice(equals + 1))];
      }),
  );
}

function fromHead(text: string): SentRequest {
  const lines = text.split(/\r?\n/);
  const marked = lines.filter((row) => row.startsWith("> "));
  const [first = "", ...rest] = marked.length > 0 ? marked.map((row) => row.slice(2)) : dropLeading(lines);
  const start = /^([A-Za-z]+) +(\S+)(?: +HTTP\/[\d.]+)?$/.exec(first.trim());
  if (start === null) {
    throw new RequestUnreadable(
      'The request must begin with a line such as "PUT /key HTTP/1.1", or be JSON.',
    );
  }
  const end = rest.findIndex((row) => row.trim() === "");
  const headers = (end < 0 ? rest : rest.slice(0, end)).flatMap((row) => {
    const match = /^([^:\s]+):\s*(.*?)\s*$/.exec(row);
    return match === null ? [] : [[match[1] ?? "", match[2] ?? ""] as const];
  });
  return requestOf({ method: start[1] ?? "", url: start[2] ?? "", headers: Object.fromEntries(headers) });
}

function dropLeading(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((row) => row.trim() !== "");
  return lines.slice(Math.max(first, 0));
}

function fromJson(text: string): SentRequest {
  const value = parseJson(text);
  const parts = new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
  const method = parts.get("method") ?? "GET";
  const url = parts.get("url");
  if (typeof method !== "string" || typeof url !== "string") {
    throw new RequestUnreadable('The request\'s JSON must have a "url", and a "method" unless it is GET.');
  }
  const fields = parts.get("fields") ?? parts.get("formData");
  const fileBytes = parts.get("fileBytes");
  return requestOf({
    method,
    url,
    headers: texts(parts.get("headers") ?? parts.get("header")),
    ...(fields === undefined ? {} : { fields: texts(fields) }),
    ...(typeof fileBytes === "number" && { fileBytes }),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestUnreadable("The request begins like JSON and is not JSON.");
  }
}

function texts(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) =>
      typeof item === "string" || typeof item === "number" ? [[name, String(item)] as const] : [],
    ),
  );
}

function lowerCase(named: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(named).map(([name, value]) => [name.toLowerCase(), value]));
}
