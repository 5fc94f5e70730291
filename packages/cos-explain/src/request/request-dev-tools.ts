import { requestOf, type SentRequest } from "./request.ts";

/** In English, and in Chinese as Chrome and Edge have them. */
const URL_OF = /^(?:Request URL|请求 ?(?:URL|网址))[:：]?\s{0,5}(https?:\/\/\S+)/im;
const METHOD_OF = /^(?:Request Method|请求方法)[:：]?\s{0,5}([A-Z]+)\s*$/im;
const HEADING = /^(?:▼ ?)?(?:Request Headers\b|请求标?头).*$/im;
const HEADING_OF_ANSWER = /^(?:▼ ?)?(?:Response Headers\b|响应标?头)/im;

/** Whether a text is what a browser's tools show of a request: `Request URL: …`, `Request Method: …`. */
export function isDevTools(text: string): boolean {
  return URL_OF.test(text) && METHOD_OF.test(text);
}

/** Reads the address and the method, and the request's headers if they were copied too. */
export function fromDevTools(text: string): SentRequest {
  const [, url = ""] = URL_OF.exec(text) ?? [];
  const [, method = "GET"] = METHOD_OF.exec(text) ?? [];
  const heading = HEADING.exec(text);
  const rows = heading === null ? withoutHeading(text) : text.slice(heading.index + heading[0].length);
  const headers = headersIn(rows);
  return requestOf({
    method,
    url,
    headers,
    // The tools hide Authorization in some views, and what was copied need not be all.
    hidesSignature: headers["authorization"] === undefined && !/[?&]q-signature=/.test(url),
  });
}

/** Without headings, the headers may be the request's; with one for the answer's, they are not. */
function withoutHeading(text: string): string {
  const method = METHOD_OF.exec(text);
  return method === null || HEADING_OF_ANSWER.test(text) ? "" : text.slice(method.index + method[0].length);
}

/** `name: value` on one line, or on two; newer browsers leave the colon out then. */
function headersIn(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() !== "");
  return isInPairs(lines.slice(first)) ? pairsOf(lines.slice(first)) : rowsOf(lines);
}

function isInPairs([name = "", value = ""]: readonly string[]): boolean {
  return /^:?[a-z][\w-]*$/i.test(name.trim()) && value.trim() !== "";
}

function pairsOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < lines.length; at += 2) {
    headers[(lines[at] ?? "").trim().toLowerCase()] = (lines[at + 1] ?? "").trim();
  }
  return headers;
}

function rowsOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  let name = "";
  for (const line of lines) {
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
