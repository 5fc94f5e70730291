/** One HTTP request, whichever entry it came through. Nothing inside sees the platform's event. */
export interface HttpRequest {
  /** Upper case. `GET` when the event does not say. */
  readonly method: string;
  /** The path alone. `/` when the event does not say. */
  readonly path: string;
  /** Names in lower case; a header sent twice is joined with `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** Every value of every parameter, decoded, in order. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** The body as text; empty when there is none. */
  readonly body: string;
}

/**
 * Reads the event of a Function URL (https://cloud.tencent.com/document/product/583/96099) or of an API
 * Gateway trigger. Every field is optional: the platforms differ and have changed. What is malformed
 * reads as absent. Never throws.
 */
export function readEvent(event: unknown): HttpRequest {
  const fields = entries(event);
  const context = entries(fields.get("requestContext"));
  return {
    method: (text(fields.get("httpMethod")) ?? text(context.get("httpMethod")) ?? "GET").toUpperCase(),
    path: text(fields.get("path")) || text(context.get("path")) || "/",
    headers: readHeaders(fields.get("headers")),
    // API Gateway's `queryStringParameters` holds only what the API declares; `queryString` holds all.
    query: readQuery(fields.get("queryString") ?? fields.get("queryStringParameters")),
    body: readBody(fields.get("body"), fields.get("isBase64Encoded")),
  };
}

function readHeaders(headers: unknown): Map<string, string> {
  const read = new Map<string, string>();
  for (const [name, value] of entries(headers)) read.set(name.toLowerCase(), values(value).join(", "));
  return read;
}

function readQuery(query: unknown): Map<string, readonly string[]> {
  const read = new Map<string, readonly string[]>();
  for (const [name, value] of entries(query)) read.set(name, values(value));
  return read;
}

function readBody(body: unknown, isBase64Encoded: unknown): string {
  const raw = text(body) ?? "";
  return isBase64Encoded === true ? Buffer.from(raw, "base64").toString("utf8") : raw;
}

/** An object's own fields; none when it is not an object. A Map, so that no name can mean a prototype's. */
function entries(value: unknown): Map<string, unknown> {
  return new Map(
    typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [],
  );
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/**
 * The values of one parameter or header. How the platform gives a repeated parameter was not found, so a
 * list is read as one, and what is not text stays visible as a value that no rule accepts.
 */
function values(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => (typeof item === "number" ? String(item) : (text(item) ?? "\0")));
}
