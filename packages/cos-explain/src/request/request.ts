import { type Authorization, fromParts, parseAuthorization } from "../text/authorization.ts";
import { percentDecode } from "../text/text.ts";

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
  /** The length of the file alone, without the form around it; undefined when it is not known. */
  readonly fileBytes: number | undefined;
  /** Whether the signature or token may have been removed, as browsers do when they save a HAR, and people. */
  readonly hidesSignature: boolean;
}

/** What was given as the request cannot be read. The message is for the person who gave it. */
export class RequestUnreadable extends Error {
  override readonly name = "RequestUnreadable";
}

/**
 * A request from its parts; `url` may be a whole address or a path.
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
  const request = {
    method: parts.method.toUpperCase(),
    scheme: address?.[1]?.toLowerCase(),
    host: (headers.get("host") ?? address?.[2] ?? "").toLowerCase(),
    path: percentDecode(path || "/"),
    query: parseQuery(query.join("?")),
    headers,
    fields: parts.fields === undefined ? undefined : lowerCase(parts.fields),
    fileBytes: parts.fileBytes,
  };
  return { ...request, hidesSignature: parts.hidesSignature === true || isUnreadable(request) };
}

/** Where a request's signature and token can be. */
type Places = Pick<SentRequest, "headers" | "query" | "fields">;

/** Whether it has a signature or token that says nothing, since people remove them from what they show. */
function isUnreadable(places: Places): boolean {
  const isSigned = [signatureText(places), ...partsOf(places).map((parts) => parts.get("q-signature"))].some(
    (text) => text !== undefined && text.trim() !== "",
  );
  return (isSigned && readSignature(places) === undefined) || isMasked(tokenText(places) ?? "");
}

/** `***`, `…`, `<token>`, `[REDACTED]`, `xxxxxx`. */
function isMasked(text: string): boolean {
  return /\*{3}|…|\.{3}|^<.*>$|redacted|hidden|x{6}/i.test(text);
}

function signatureText({ headers, query, fields }: Places): string | undefined {
  return headers.get("authorization") ?? query.get("sign") ?? fields?.get("signature");
}

function partsOf({ query, fields }: Places): readonly ReadonlyMap<string, string>[] {
  return fields === undefined ? [query] : [query, fields];
}

function readSignature(places: Places): Authorization | undefined {
  const text = signatureText(places);
  const found =
    text === undefined
      ? partsOf(places)
          .map(fromParts)
          .find((parts) => parts !== undefined)
      : parseAuthorization(text);
  return found === undefined || isMasked(found.signature) || isMasked(found.secretId) ? undefined : found;
}

function tokenText({ headers, query, fields }: Places): string | undefined {
  const name = "x-cos-security-token";
  return fields?.get(name) ?? headers.get(name) ?? query.get(name);
}

/** The request's signature, from its headers, query or form; undefined if it is unsigned, or its signature was removed. */
export function authorizationOf(request: SentRequest): Authorization | undefined {
  return readSignature(request);
}

/** The request's x-cos-security-token; undefined if it has none, or it was removed. */
export function tokenOf(request: SentRequest): string | undefined {
  const token = tokenText(request);
  return isMasked(token ?? "") ? undefined : token;
}

/** Decoded query parameters. A `+` means a plus, as it does for COS. */
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

function lowerCase(named: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(named).map(([name, value]) => [name.toLowerCase(), value]));
}
