import type { SentRequest } from "./request.ts";
import { fromCurl, isCurl } from "./request-curl.ts";
import { fromHead } from "./request-head.ts";
import { fromJson } from "./request-json.ts";
import { fromScript, isScript } from "./request-script.ts";

/**
 * Reads a request in any form that people have: a curl command, a call of fetch, wx.request, wx.uploadFile or axios, a
 * HAR or other JSON, or its head as it went over the wire.
 *
 * @throws {RequestUnreadable}
 */
export function parseRequest(text: string): SentRequest {
  const plain = text.replace(/^\ufeff/, "").trimStart();
  if (plain.startsWith("{")) return fromJson(plain);
  // The output of curl -v says more about the request than the command above it.
  if (/^> [A-Z]+ \S+ HTTP\//m.test(plain)) return fromHead(plain);
  if (isCurl(plain)) return fromCurl(plain);
  return isScript(plain) ? fromScript(plain) : fromHead(plain);
}
