import { percentDecode } from "./text.ts";

/** The parts of an HttpString (https://cloud.tencent.com/document/product/436/7778, step 5). */
export interface HttpString {
  /** Upper case. */
  readonly method: string;
  /** As it was signed: raw, with its leading slash. */
  readonly path: string;
  /** Decoded; names in lower case. */
  readonly params: ReadonlyMap<string, string>;
  /** Decoded; names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Reads a FormatString; undefined when it is not that of a request, but a POST policy. */
export function parseHttpString(text: string): HttpString | undefined {
  const [method = "", path = "", params = "", headers = ""] = linesOf(text);
  if (!/^[a-z]+$/.test(method) || !path.startsWith("/")) return undefined;
  return { method: method.toUpperCase(), path, params: parsePairs(params), headers: parsePairs(headers) };
}

/** Its four lines. Programs that indent XML may have indented them, joined the first two, and dropped the empty ones. */
function linesOf(text: string): readonly string[] {
  const lines = text.replace(/^\s+/, "").split(/\n[ \t]*/);
  const [, method, path] = /^([a-z]+) +(\/.*)$/.exec(lines[0] ?? "") ?? [];
  if (method === undefined || path === undefined) return lines;
  const rest = lines.slice(1).filter((row) => row.trim() !== "");
  return [method, path, ...(rest.length === 1 ? ["", ...rest] : rest)];
}

function parsePairs(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const item of text.split("&").filter((part) => part !== "")) {
    const equals = item.indexOf("=");
    const name = percentDecode(equals < 0 ? item : item.slice(0, equals)).toLowerCase();
    const value = equals < 0 ? "" : percentDecode(item.slice(equals + 1));
    const before = pairs.get(name);
    pairs.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return pairs;
}
