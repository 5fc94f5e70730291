import { requestOf, type SentRequest } from "./request.ts";
import { fromCurl, isCurl } from "./request-curl.ts";
import { fromDevTools, isDevTools } from "./request-dev-tools.ts";
import { fromHead } from "./request-head.ts";
import { fromJson } from "./request-json.ts";
import { fromOkHttp, isOkHttp } from "./request-okhttp.ts";
import { fromPowerShell, isPowerShell } from "./request-powershell.ts";
import { fromScript, isScript } from "./request-script.ts";

/**
 * Reads a request in any form that people have: a curl command or one of PowerShell, a call of fetch, wx.request,
 * wx.uploadFile, axios or jQuery, a HAR or other JSON, what a browser's tools show of it, OkHttp's log, a signed URL, or
 * its head as it went over the wire.
 *
 * @throws {RequestUnreadable}
 */
export function parseRequest(text: string): SentRequest {
  const plain = text.replace(/^\ufeff/, "").trimStart();
  if (plain.startsWith("{")) return fromJson(plain);
  // The output of curl -v says more about the request than the command above it.
  if (/^> [A-Z]+ \S+ HTTP\//m.test(plain)) return fromHead(plain);
  if (/^https?:\/\/\S+\s*$/i.test(plain)) {
    // A URL does not say with which method and headers it was opened, unless it is a signed one.
    return requestOf({ method: "GET", url: plain.trim(), hidesSignature: !/[?&]q-signature=/.test(plain) });
  }
  if (isDevTools(plain)) return fromDevTools(plain);
  if (isOkHttp(plain)) return fromOkHttp(plain);
  if (isPowerShell(plain)) return fromPowerShell(plain);
  if (isCurl(plain)) return fromCurl(plain);
  return isScript(plain) ? fromScript(plain) : fromHead(plain);
}
