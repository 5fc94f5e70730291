import { invalidJson, invalidParameter, requestTooLarge, unsupportedMediaType } from "../errors.ts";
import { type HttpRequest, MAX_BODY_BYTES } from "./request.ts";

/**
 * Reads a JSON body that is an object with only the fields named.
 *
 * @param maxBytes the longest body; a function with a route that takes more says so in `Route`
 * @throws ServiceError 415 for another content type, 413 over `maxBytes`, 400 `InvalidJson` or
 *   `InvalidParameter`
 */
export function readJsonBody<F extends string>(
  request: HttpRequest,
  fields: readonly F[],
  maxBytes = MAX_BODY_BYTES,
): Fields<F> {
  // Some clients send the header twice, which arrives as a list (https://github.com/elm/http/issues/20).
  if (!/^application\/json\s*([;,]|$)/i.test(request.headers.get("content-type") ?? "")) {
    throw unsupportedMediaType("Send the body as JSON, with content-type: application/json.");
  }
  if (request.body.length > maxBytes || Buffer.byteLength(request.body) > maxBytes) {
    throw requestTooLarge(`The body may have at most ${maxBytes} bytes.`);
  }
  let json: unknown;
  try {
    // Some clients start a text with a byte order mark, which is not part of it (RFC 8259 8.1).
    json = JSON.parse(request.body.replace(/^\uFEFF/, ""));
  } catch {
    throw invalidJson("The body is not valid JSON.");
  }
  return readFields(json, fields, "The body");
}

/** The named fields of an object; each may be anything, or absent. */
export type Fields<F extends string> = { readonly [name in F]?: unknown };

/**
 * An object that came as JSON, with only the fields named: a misspelt field would silently not be enforced.
 *
 * @throws ServiceError 400 `InvalidParameter`
 */
export function readFields<F extends string>(value: unknown, fields: readonly F[], what: string): Fields<F> {
  if (!isJsonObject(value)) throw invalidParameter(`${what} must be a JSON object.`);
  const known: readonly string[] = fields;
  if (!Object.keys(value).every((name) => known.includes(name))) {
    throw invalidParameter(`${what} may have only these fields: ${fields.join(", ")}.`);
  }
  // Built anew, so that only its own fields are passed on.
  const read: { [name in F]?: unknown } = {};
  for (const name of fields) if (Object.hasOwn(value, name)) read[name] = Reflect.get(value, name);
  return read;
}

/** Whether a value that came as JSON is an object, and no list. */
export function isJsonObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
