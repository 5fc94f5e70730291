import { unescaped } from "./unescape.ts";

/** The names are those of Docker, journald, CLS's logs of SCF (SCF_Message), and of other collectors. */
const LOG_LINE =
  /^\{.{0,2000}?"(?:log|MESSAGE|message|msg|SCF_Message|textPayload|content|line)"\s?:\s?("(?:[^"\\]|\\.){0,4000}").{0,2000}\}\s*$/;

/** Of a log with one JSON object a line, such as Docker's, the lines themselves, if COS's answer is spread over them. */
export function fromJsonLines(text: string): string {
  const lines = text.split("\n");
  const isSpread = lines.some(
    (line) => line.startsWith("{") && line.lastIndexOf("<Error>") > line.lastIndexOf("</Error>"),
  );
  if (!isSpread) return text;
  const rows = lines.map((row) => {
    const [, quoted] = LOG_LINE.exec(row) ?? [];
    return quoted === undefined ? row : unescaped(quoted.slice(1, -1)).replace(/\r?\n$/, "");
  });
  return rows.join("\n");
}

/** Removes what a log or a reply puts before every line of an answer: a time, a service's name, `> `, or spaces. */
export function withoutMargin(text: string): string {
  if (!/^.{1,200}<Error\b/m.test(text)) return text;
  const lines = text.split("\n");
  const first = lines.findIndex((row) => row.includes("<Error"));
  const row = lines[first] ?? "";
  const margin = row.slice(0, row.indexOf("<Error"));
  const end = lines.findIndex((other, index) => index > first && other.includes("</Error>"));
  const block = lines.slice(first, end < 0 ? undefined : end + 1);
  const pattern = patternOf(margin);
  if (block.length < 2 || pattern === undefined || !block.every((other) => pattern.test(other))) return text;
  const bare = block.map((other) => other.replace(pattern, ""));
  return [...lines.slice(0, first), ...bare, ...(end < 0 ? [] : lines.slice(end + 1))].join("\n");
}

/** Matches a margin, whatever its numbers; undefined if it is too long to be one. */
function patternOf(margin: string): RegExp | undefined {
  if (margin.length > 200) return undefined;
  const words = margin.trimEnd();
  if (words === "") return new RegExp(`^[ \\t]{0,${margin.length}}`);
  const literal = words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(
    `^${literal.replace(/\d+/g, "\\d+").replace(/\s+/g, "\\s+")} {0,${margin.length - words.length}}`,
  );
}
