import { type EntryRequest, queryParameters } from "./entry-request.ts";

/**
 * The event of a Function URL. The body is always text: bytes that are not UTF-8 are lost, since this event has
 * no isBase64Encoded.
 * Source: https://cloud.tencent.com/document/product/583/96099
 */
export function functionUrlEvent(request: EntryRequest): Readonly<Record<string, unknown>> {
  return {
    body: request.body.toString("utf8"),
    headers: withRemoteAddress(request),
    httpMethod: request.method,
    path: request.path,
    queryString: queryParameters(request.query),
  };
}

/** Clients cannot send the platform's own headers. */
function withRemoteAddress(request: EntryRequest): Readonly<Record<string, string>> {
  const sent = Object.entries(request.headers).filter(([name]) => !name.startsWith("x-scf-"));
  return { ...Object.fromEntries(sent), "x-scf-remote-addr": request.remoteAddress };
}
