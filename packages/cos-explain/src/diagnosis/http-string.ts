import { percentDecode } from "../text/text.ts";

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

/**
 * Its four lines. Programs that indent XML may have indented them, joined the first two, and dropped the empty ones;
 * pages and PowerShell show all in one line, and terminals break those that are too long.
 */
function linesOf(text: string): readonly string[] {
  const lines = joinedLines(text.replace(/^\s+/, "").split(/\n[ \t]*/));
  const inOne = lines.length === 1 ? IN_ONE_LINE.exec(lines[0] ?? "") : null;
  if (inOne !== null) return inOne.slice(1).map((part) => part ?? "");
  const [, method, path] = /^([a-z]+) +(\/.*)$/.exec(lines[0] ?? "") ?? [];
  if (method === undefined || path === undefined) return lines;
  const rest = lines.slice(1).filter((row) => row.trim() !== "");
  return [method, path, ...(rest.length === 1 ? ["", ...rest] : rest)];
}

const PAIRS = "[\\w%.-]+=[^\\s&]*(?:&[\\w%.-]+=[^\\s&]*)*";
const IN_ONE_LINE = new RegExp(
  `^([a-z]{3,7}) +(/\\S{0,900}(?: \\S{1,900}){0,20}?) +(?:(${PAIRS}) +)?(${PAIRS})\\s*$`,
);

/** Joins lines that a terminal has broken: they are as long as the longest, and there are too many. */
function joinedLines(lines: readonly string[]): readonly string[] {
  const given = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  if (given.length <= 4) return lines;
  const width = Math.max(...given.map(({ length }) => length));
  const joined: string[] = [];
  let isBroken = false;
  for (const line of given) {
    joined.push(isBroken ? `${joined.pop() ?? ""}${line}` : line);
    isBroken = line.length === width;
  }
  return joined.length === 4 ? joined : lines;
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
