import { field } from "../field.ts";

/**
 * The longest path, header, parameter or name that is read, in characters. A longer one is cut to one character
 * more, so that each reader, whose own bound is lower, finds it too long, and nothing works through megabytes.
 */
export const MAX_TEXT_LENGTH = 16 * 1024;

/** The longest body, in bytes, where a function does not say otherwise: far above what most need. */
export const MAX_BODY_BYTES = 16 * 1024;

/** One HTTP request, whichever entry it came through. Nothing inside sees the platform's event. */
export interface HttpRequest {
  /** Upper case. `GET` when the event does not say. */
  readonly method: string;
  /** Only the path. `/` when the event does not say. */
  readonly path: string;
  /** Names in lower case; a header sent twice is joined with `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** Every value of every parameter, decoded, in order. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** The body as text; empty when there is none. One that is too long may not be decoded. */
  readonly body: string;
}

/** The value of a parameter. A repeated one stays a list, which nobody takes for a value. */
export function parameter({ query }: HttpRequest, name: string): unknown {
  const values = query.get(name);
  return values?.length === 1 ? values[0] : values;
}

/**
 * Reads the event of a Function URL (https://cloud.tencent.com/document/product/583/96099) or of an API
 * Gateway trigger. Every field is optional, and may be of another JSON type: the platforms differ, have changed, and
 * others write events in their names. What is malformed reads as absent. Never throws.
 *
 * @param maxBodyBytes a longer body is left in base64, if it came so
 */
export function readEvent(event: unknown, maxBodyBytes = MAX_BODY_BYTES): HttpRequest {
  const context = field(event, "requestContext");
  const either = (name: string) => text(field(event, name)) || text(field(context, name));
  // Some adapters leave the query where a URL has it (https://github.com/jeremydaly/lambda-api/issues/8).
  const [path, ...query] = (either("path") || "/").split("?");
  return {
    method: (either("httpMethod") || "GET").toUpperCase(),
    path: path || "/",
    headers: readHeaders(field(event, "headers"), field(event, "multiValueHeaders")),
    // API Gateway's `queryStringParameters` holds only what the API declares; `queryString` holds all.
    query: readQuery(
      query.join("?"),
      field(event, "queryStringParameters"),
      field(event, "multiValueQueryStringParameters"),
      field(event, "queryString"),
    ),
    body: readBody(field(event, "body"), field(event, "isBase64Encoded"), maxBodyBytes),
  };
}

function readHeaders(...sources: readonly unknown[]): Map<string, string> {
  const read = new Map<string, string>();
  for (const [name, value] of sources.flatMap(entries)) {
    if (value !== null) read.set(cut(name).toLowerCase(), cut(values(value).join(", ")));
  }
  return read;
}

/** A later source's parameter replaces an earlier one's. */
function readQuery(...sources: readonly unknown[]): Map<string, readonly string[]> {
  const read = new Map<string, readonly string[]>();
  for (const [name, value] of sources.flatMap(parameters)) {
    // A parameter without a value is still a parameter.
    read.set(cut(name), values(value ?? ""));
  }
  return read;
}

/** Of an object, or of one text as it stands in a URL. */
function parameters(query: unknown): [string, unknown][] {
  if (typeof query !== "string" || query.length > MAX_TEXT_LENGTH) return entries(query);
  const read = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) {
    const list = read.get(name);
    if (list) list.push(value);
    else read.set(name, [value]);
  }
  return [...read];
}

/** How platforms write true. */
const YES: ReadonlySet<unknown> = new Set([true, 1, "1", "true", "True", "TRUE"]);

function readBody(body: unknown, isBase64Encoded: unknown, maxBytes: number): string {
  if (typeof body !== "string") return writtenBody(body);
  // Base64 of more than the longest body is longer than that itself, and so refused as it is.
  const mayDecode = body.length <= Math.ceil(maxBytes / 3) * 4;
  return YES.has(isBase64Encoded) && mayDecode ? Buffer.from(body, "base64").toString("utf8") : body;
}

/** A body that the platform has parsed already, as the text that it was. */
function writtenBody(body: unknown): string {
  try {
    return body === undefined || body === null ? "" : JSON.stringify(body);
  } catch {
    // Nested too deep to be written, and not JSON as it stands.
    return "\0";
  }
}

/** An object's own fields; none when it is not an object. */
function entries(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function cut(value: string): string {
  return value.length > MAX_TEXT_LENGTH ? value.slice(0, MAX_TEXT_LENGTH + 1) : value;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? cut(value) : undefined;
}

/**
 * The values of one parameter or header. We could not find out how the platform gives a repeated parameter, so a
 * list is read as one, and what is not text stays visible as a value that no rule accepts.
 */
function values(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) =>
    typeof item === "number" || typeof item === "boolean" ? String(item) : (text(item) ?? "\0"),
  );
}
