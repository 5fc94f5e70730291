import { unescaped } from "./unquote.ts";

/** The bound keeps a text with many quotes from taking forever; COS's longest element stays far below it. */
const QUOTED = ['"', "'", "`"]
  .map((mark) => `u?${mark}(?:[^${mark}\\\\]|\\\\[\\s\\S]){0,16000}${mark}`)
  .join("|");
const BARE = "[^\\s,;(){}\\[\\]\"'`][^\\n,;(){}\\[\\]]*";
/** What PHP's var_dump puts before a value. */
const TYPE = "(?:string\\(\\d+\\)\\s*)?";

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
