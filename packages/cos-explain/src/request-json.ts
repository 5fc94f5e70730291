import { formFields } from "./multipart.ts";
import { RequestUnreadable, requestOf, type SentRequest } from "./request.ts";

/**
 * Reads JSON of a request: `{"method","url","headers","fields","fileBytes"}`, the options of wx.request or
 * wx.uploadFile, axios's `config`, HTTP/2's pseudo-headers, or a HAR (http://www.softwareishard.com/blog/har-12-spec/).
 *
 * @throws {RequestUnreadable}
 */
export function fromJson(text: string): SentRequest {
  const value = parsed(text);
  const entry = harRequest(value);
  if (entry !== undefined) return fromHar(entry);
  const outer = membersOf(value);
  const parts = outer.has("config") ? membersOf(outer.get("config")) : outer;
  if (parts.has(":path")) return fromPseudoHeaders(texts(value));
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

/** A head of HTTP/2, its pseudo-headers (RFC 9113, 8.3.1) among the others. */
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

/** Of a HAR the request that was refused, and that is likeliest to be meant: the last one. */
function harRequest(value: unknown): ReadonlyMap<string, unknown> | undefined {
  const entries = membersOf(membersOf(value).get("log")).get("entries");
  if (!Array.isArray(entries)) return undefined;
  const all = entries.map((entry: unknown) => membersOf(entry));
  const status = (entry: ReadonlyMap<string, unknown>) =>
    Number(membersOf(entry.get("response")).get("status"));
  const chosen = all.findLast((entry) => status(entry) >= 400) ?? all.at(-1);
  if (chosen === undefined) throw new RequestUnreadable("The HAR holds no request.");
  return membersOf(chosen.get("request"));
}

function fromHar(request: ReadonlyMap<string, unknown>): SentRequest {
  const method = request.get("method");
  const url = request.get("url");
  if (typeof method !== "string" || typeof url !== "string") {
    throw new RequestUnreadable("The HAR's request has no method or no url.");
  }
  const headers = pairs(request.get("headers"));
  const post = membersOf(request.get("postData"));
  const params = post.get("params");
  const text = post.get("text");
  const fields =
    Array.isArray(params) && params.length > 0
      ? pairs(params.filter((item: unknown) => !membersOf(item).has("fileName")))
      : typeof text === "string"
        ? formFields(text)
        : undefined;
  return requestOf({
    method,
    url,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(":"))),
    fields,
    // Browsers leave Authorization out unless told otherwise.
    hidesSignature: !Object.keys(headers).some((name) => name.toLowerCase() === "authorization"),
  });
}

/** HAR writes headers and parameters as `{"name","value"}`. */
function pairs(list: unknown): Record<string, string> {
  if (!Array.isArray(list)) return {};
  return Object.fromEntries(
    list.flatMap((item: unknown) => {
      const name = membersOf(item).get("name");
      const value = membersOf(item).get("value");
      return typeof name === "string" && typeof value === "string" ? [[name, value] as const] : [];
    }),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestUnreadable("The request begins like JSON and is not JSON.");
  }
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(
    [...membersOf(value)].flatMap(([name, item]) =>
      typeof item === "string" || typeof item === "number" ? [[name, String(item)] as const] : [],
    ),
  );
}
