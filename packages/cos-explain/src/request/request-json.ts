import {
  array,
  fallback,
  type InferOutput,
  nullish,
  number,
  object,
  optional,
  parse,
  pipe,
  record,
  safeParse,
  string,
  transform,
  unknown,
} from "valibot";
import { Json, matchingItems, maybe } from "../text/json.ts";
import { formFields } from "../text/multipart.ts";
import { RequestUnreadable, requestOf, type SentRequest } from "./request.ts";

/** The members that are strings or numbers, as strings; empty if it is not an object. */
const Values = fallback(
  pipe(
    record(string(), unknown()),
    transform((members) =>
      Object.fromEntries(
        Object.entries(members).flatMap(([name, item]) =>
          typeof item === "string" || typeof item === "number" ? [[name, String(item)] as const] : [],
        ),
      ),
    ),
  ),
  {},
);

const Request = object({
  method: nullish(string(), "GET"),
  url: string(),
  headers: nullish(Values),
  header: nullish(Values),
  fields: nullish(Values),
  formData: nullish(Values),
  fileBytes: maybe(number()),
});

/** A HAR writes headers and parameters as `{"name","value"}`. */
const Pairs = optional(
  matchingItems(object({ name: string(), value: string(), fileName: optional(unknown()) })),
  [],
);

const Har = object({
  log: object({
    entries: array(
      fallback(object({ request: optional(unknown()), response: maybe(object({ status: unknown() })) }), {}),
    ),
  }),
});

const HarRequest = object({
  method: string(),
  url: string(),
  headers: Pairs,
  postData: maybe(object({ params: optional(matchingItems(unknown()), []), text: maybe(string()) })),
});

/**
 * Reads a request from JSON: `{"method","url","headers","fields","fileBytes"}`, the options of wx.request or
 * wx.uploadFile, axios's `config`, HTTP/2's pseudo-headers, or a HAR (http://www.softwareishard.com/blog/har-12-spec/).
 *
 * @throws {RequestUnreadable}
 */
export function fromJson(text: string): SentRequest {
  const value = parse(Json, text);
  if (value === undefined) throw new RequestUnreadable("The request looks like JSON but is not valid JSON.");
  const har = safeParse(Har, value);
  if (har.success) return fromHar(lastRefused(har.output));
  const axios = safeParse(object({ config: unknown() }), value);
  const parts = axios.success ? axios.output.config : value;
  if (safeParse(object({ ":path": unknown() }), parts).success)
    return fromPseudoHeaders(parse(Values, parts));
  const request = safeParse(Request, parts);
  if (!request.success) {
    throw new RequestUnreadable('The request\'s JSON must have a "url", and a "method" unless it is GET.');
  }
  const { method, url, headers, header, fields, formData, fileBytes } = request.output;
  return requestOf({
    method,
    url,
    headers: headers ?? header ?? {},
    fields: fields ?? formData ?? undefined,
    fileBytes,
  });
}

/** Builds a request from HTTP/2 headers, including the pseudo-headers (RFC 9113, 8.3.1). */
export function fromPseudoHeaders(named: Readonly<Record<string, string>>): SentRequest {
  const of = (name: string) => named[name] ?? "";
  const headers = Object.fromEntries(Object.entries(named).filter(([name]) => !name.startsWith(":")));
  const isWhole = of(":authority") !== "" && /^https?$/.test(of(":scheme"));
  return requestOf({
    method: of(":method") || "GET",
    url: isWhole ? `${of(":scheme")}://${of(":authority")}${of(":path")}` : of(":path"),
    headers: { ...(of(":authority") !== "" && { host: of(":authority") }), ...headers },
  });
}

/** The HAR's last refused request, which is likeliest to be the one meant; if none was refused, its last request. */
function lastRefused({ log: { entries } }: InferOutput<typeof Har>): unknown {
  const chosen = entries.findLast(({ response }) => Number(response?.status) >= 400) ?? entries.at(-1);
  if (chosen === undefined) throw new RequestUnreadable("The HAR contains no request.");
  return chosen.request;
}

function fromHar(value: unknown): SentRequest {
  const request = safeParse(HarRequest, value);
  if (!request.success) throw new RequestUnreadable("The HAR's request has no method or no url.");
  const { method, url, postData } = request.output;
  const headers = recordOf(request.output.headers);
  const params = postData?.params ?? [];
  const text = postData?.text;
  return requestOf({
    method,
    url,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(":"))),
    fields:
      params.length > 0
        ? recordOf(parse(Pairs, params).filter((item) => !("fileName" in item)))
        : text === undefined
          ? undefined
          : formFields(text),
    // Browsers leave Authorization out unless told otherwise.
    hidesSignature: !Object.keys(headers).some((name) => name.toLowerCase() === "authorization"),
  });
}

function recordOf(pairs: InferOutput<typeof Pairs>): Record<string, string> {
  return Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
}
