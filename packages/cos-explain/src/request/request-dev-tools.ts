import { requestOf, type SentRequest } from "./request.ts";

const URL_OF = /^Request URL:?\s{1,5}(https?:\/\/\S+)/im;
const METHOD_OF = /^Request Method:?\s{1,5}([A-Z]+)\s*$/im;
const HEADING = /^(?:▼ ?)?Request Headers\b.*$/im;

/** Whether a text is what a browser's tools show of a request: `Request URL: …`, `Request Method: …`. */
export function isDevTools(text: string): boolean {
  return URL_OF.test(text) && METHOD_OF.test(text);
}

/** Reads the address and the method, and the request's headers if they were copied too. */
export function fromDevTools(text: string): SentRequest {
  const [, url = ""] = URL_OF.exec(text) ?? [];
  const [, method = "GET"] = METHOD_OF.exec(text) ?? [];
  const heading = HEADING.exec(text);
  const headers = heading === null ? {} : headersIn(text.slice(heading.index + heading[0].length));
  return requestOf({
    method,
    url,
    headers,
    // The tools hide Authorization in some views, and what was copied need not be all.
    hidesSignature: headers["authorization"] === undefined && !/[?&]q-signature=/.test(url),
  });
}

/** `name: value` on one line, or on two. */
function headersIn(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  let name = "";
  for (const line of text.split(/\r?\n/)) {
    if (name !== "") {
      headers[name] = line.trim();
      name = "";
      continue;
    }
    const [, found = "", value = ""] = /^:?([\w-]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (value === "") name = found.toLowerCase();
    else headers[found.toLowerCase()] = value;
  }
  return headers;
}
