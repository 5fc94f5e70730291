import { unescaped } from "./unescape.ts";

/** The bound keeps a text with many quotes from taking forever; COS's longest element stays far below it. */
const QUOTED = ['"', "'", "`"]
  .map((mark) => `u?${mark}(?:[^${mark}\\\\]|\\\\[\\s\\S]){0,16000}${mark}`)
  .join("|");
const BARE = "[^\\s,;(){}\\[\\]<\"'`][^\\n\\t,;(){}\\[\\]<]*";
/** What PHP's var_dump, Rust and Swift, and readers of XML (xml2js, xml-js, fast-xml-parser) put before a value. */
const TYPE =
  "(?:string\\(\\d+\\)\\s*|(?:Some|Optional)\\(|\\[\\s{0,20}|\\{\\s{0,40}[\"']?(?:_text|#text|\\$t)[\"']?\\s{0,3}:\\s{0,3})?";

/**
 * The values that follow any of these names in a printed object, in the order of the text. Reads JSON, what
 * `util.inspect`, Python, Swift and PHP print (`Code: 'x'`, `'code': 'x'`, `Code = x;`, `"Code" => "x"`) and plain
 * sentences (`Error Code: x`).
 *
 * @param names as regular expressions
 */
export function labelled(text: string, names: readonly string[]): string[] {
  const pattern = new RegExp(
    `(?<![\\w-])["'\`]?(?:${names.join("|")})["'\`]?\\]?\\s{0,200}(?:=>|[:=])(?:\\s*${TYPE}(${QUOTED})|[ \\t]*(${BARE}))`,
    "g",
  );
  return [...text.matchAll(pattern)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? "").trim() : unescaped(quoted.replace(/^u?["'`]|["'`]$/g, "")),
  );
}

/**
 * A text of several lines that follows a name, as NSError's description and YAML print it: `FormatString=put⏎/key⏎…, `
 * and `FormatString: |⏎`. Undefined without one.
 *
 * @param name as a regular expression
 */
export function labelledLines(text: string, name: string): string | undefined {
  const start = new RegExp(
    `\\b${name}["']?\\s{0,20}[:=]\\s{0,20}(?:[|>][-+]?\\s{1,20})?(?=[a-z\\d]{3,7}[ \\t]{0,20}\\n)`,
  );
  const match = start.exec(text);
  if (match === null) return undefined;
  const rest = text.slice(match.index + match[0].length).slice(0, MAX_LINES_LENGTH);
  // The next name, or the end of the object.
  const end = rest.search(/,\s{0,20}\w+\s?=|\}|\n[ \t]{0,20}[A-Za-z]\w*:(?:[ \t]|\n|$)/);
  return rest
    .slice(0, end < 0 ? undefined : end)
    .split("\n")
    .map((row) => row.replace(/^[ \t]+/, ""))
    .join("\n");
}

/** Far more than COS's longest lines have. */
const MAX_LINES_LENGTH = 16_000;
