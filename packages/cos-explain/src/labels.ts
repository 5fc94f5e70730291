import { unescaped } from "./unquote.ts";

const QUOTED = `u?"(?:[^"\\\\]|\\\\[\\s\\S])*"|u?'(?:[^'\\\\]|\\\\[\\s\\S])*'|\`(?:[^\`\\\\]|\\\\[\\s\\S])*\``;
const BARE = "[^\\s,;(){}\\[\\]\"'`][^\\n,;(){}\\[\\]]*";

/**
 * The values that stand behind any of these names in a printed object, in the order of the text. It reads JSON, what
 * `util.inspect`, Python, Swift and PHP print (`Code: 'x'`, `'code': 'x'`, `Code = x;`, `"Code" => "x"`) and plain
 * sentences (`Error Code: x`).
 *
 * @param names as regular expressions
 */
export function labelled(text: string, names: readonly string[]): string[] {
  const pattern = new RegExp(
    `(?<![\\w-])["'\`]?(?:${names.join("|")})["'\`]?\\s*(?:=>|[:=])(?:\\s*(${QUOTED})|[ \\t]*(${BARE}))`,
    "g",
  );
  return [...text.matchAll(pattern)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? "").trim() : unescaped(quoted.replace(/^u?["'`]|["'`]$/g, "")),
  );
}
