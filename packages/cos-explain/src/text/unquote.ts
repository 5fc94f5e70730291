import { fromCurlTrace } from "./curl-trace.ts";
import { fromHexDump } from "./hex-dump.ts";

/** Escape sequences in text that was copied from a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with a control character
const COLOURS = /\u001b\[[\d;]*m/g;

/** One piece of a string that util.inspect splits. The bound keeps a text with many quotes from taking forever. */
const STRING = ['"', "'", "`"]
  .map((mark) => `${mark}(?:[^${mark}\\\\]|\\\\[\\s\\S]){0,4000}${mark}`)
  .join("|");
const CONCATENATED = new RegExp(`(?:${STRING})(?:\\s{0,200}\\+\\s{0,200}(?:${STRING}))+`, "g");
const JUNCTION = /["'`]\s{0,200}\+\s{0,200}["'`]/;

/** Each program that logs another's output quotes it once more. We have seen no deeper nesting. */
const MAX_LEVELS = 8;

/**
 * Restores a text as COS sent it by undoing what other programs did to it: `\n` and `\"` of JSON and of `util.inspect`,
 * strings that `util.inspect` splits into `'…' +`, `&lt;` of a page, `%3C` of a URL, base64 of a function's event; each
 * as many times as it was applied. Text that is not quoted is returned unchanged.
 */
export function unquoted(text: string): string {
  let plain = fromHexDump(fromCurlTrace(fromMail(withPlainCharacters(text))));
  if (JUNCTION.test(plain)) plain = plain.replace(CONCATENATED, joined);
  plain = withoutMargin(fromJsonLines(plain));
  for (let level = 0; level < MAX_LEVELS; level += 1) {
    const next = oneLevelLess(plain);
    if (next === plain) return plain;
    plain = next;
  }
  return plain;
}

/** The names of COS's elements, by what is left of them in a picture. */
const NAMES_BY_LOOK: ReadonlyMap<string, string> = new Map(
  [
    "Error",
    "Code",
    "Message",
    "RequestId",
    "Resource",
    "StringToSign",
    "FormatString",
    "ServerTime",
    "TraceId",
  ].map((name) => [look(name), name]),
);

/** Without spaces and case, and with one letter for those that look alike. */
function look(name: string): string {
  return name.replaceAll(" ", "").toLowerCase().replaceAll(/[l1]/g, "i");
}

/** Undoes what a program did to single characters. */
function withPlainCharacters(text: string): string {
  let plain = text.replace(COLOURS, "");
  // UTF-16 that was read as something else has a NUL in every second place.
  if (plain.includes("\0")) plain = plain.replaceAll("\0", "");
  // Pages and chats put these around markup; elsewhere they may be part of a key.
  plain = plain.replace(/[\u200b\ufeff]{1,8}(?=<)|(?<=>)[\u200b\ufeff]{1,8}/g, "");
  // What reads a picture's text puts spaces into markup, or takes its characters for others that look alike.
  plain = plain.replaceAll(/[<＜] ?([/／]?)([A-Za-z1 ]{4,20})[>＞]/g, (whole, slash, written: string) => {
    const name = NAMES_BY_LOOK.get(look(written));
    return name === undefined ? whole : `<${slash && "/"}${name}>`;
  });
  // Input methods for Chinese write these in place of ASCII.
  if (/["'＂]?(?:Code|Message)["'＂]?\s?：/i.test(plain) && !plain.includes("<Code>"))
    plain = plain.replaceAll(/[＂：，；｛｝]/g, (wide) => wide.normalize("NFKC"));
  // rsyslog writes a control character as its number in base 8.
  if (/#01[125](?:#01[125])*<\/?[A-Z]/.test(plain))
    plain = plain.replaceAll(/#01([125])/g, (_, last) => (last === "1" ? "\t" : last === "2" ? "\n" : ""));
  // Terraform draws a box around an error.
  if (/^(?:╷$|│ (?:Error|Warning): )/m.test(plain)) plain = plain.replaceAll(/^(?:│ ?|[╷╵]$)/gm, "");
  // Browsers show a line end in a string as this arrow, and Spring's clients as this word, with tabs as question marks.
  plain = plain.replaceAll("\u21b5", "\n").replaceAll(/<EOL>\??/g, "\n");
  // Word processors and blogs turn straight quotes into these.
  return /[\u201c\u201d](?:[Cc]ode|Error)[\u201c\u201d]/.test(plain)
    ? plain.replace(/[\u201c\u201d]/g, '"')
    : plain;
}

/** The names are those of Docker, journald, CLS's logs of SCF (SCF_Message), and of other collectors. */
const LOG_LINE =
  /^\{.{0,2000}?"(?:log|MESSAGE|message|msg|SCF_Message|textPayload|content|line)"\s?:\s?("(?:[^"\\]|\\.){0,4000}").{0,2000}\}\s*$/;

/** Of a log with one JSON object a line, such as Docker's, the lines themselves, if COS's answer is spread over them. */
function fromJsonLines(text: string): string {
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

/** Undoes quoted-printable, in which mails are stored. */
function fromMail(text: string): string {
  if (!/^Content-Transfer-Encoding: quoted-printable/im.test(text)) return text;
  return text.replaceAll(/=\r?\n/g, "").replaceAll(/(?:=[\dA-F]{2})+/g, (escapes) => {
    const bytes = escapes.slice(1).split("=");
    return new TextDecoder().decode(Uint8Array.from(bytes, (digits) => Number.parseInt(digits, 16)));
  });
}

/** Removes what a log or a reply puts before every line of an answer: a time, a service's name, `> `, or spaces. */
function withoutMargin(text: string): string {
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

/** Bytes of UTF-8 beyond ASCII, as Python prints those of an answer, and nginx those of a variable. */
const BYTES = /(?:\\x[89a-f][\da-f]){2,}/gi;

/** Resolves the escapes of string literals: `\n`, `\"`, `\u4e2d`, `\x3c`. */
export function unescaped(text: string): string {
  return text
    .replace(BYTES, fromEscapedBytes)
    .replace(
      /\\(?:u\{([\da-f]{1,6})\}|u([\da-f]{4})|x([\da-f]{2})|([\s\S]))/gi,
      (whole, braced: string, four: string, two: string, character: string) => {
        const hex = braced ?? four ?? two;
        if (hex === undefined) return CONTROL.get(character) ?? character;
        const point = Number.parseInt(hex, 16);
        return point > 0x10_ff_ff ? whole : String.fromCodePoint(point);
      },
    );
}

function fromEscapedBytes(escapes: string): string {
  const bytes = Uint8Array.from(escapes.slice(2).split(/\\x/i), (digits) => Number.parseInt(digits, 16));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return escapes;
  }
}

const CONTROL: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["b", "\b"],
  ["f", "\f"],
]);

function joined(concatenated: string): string {
  const parts = concatenated.match(new RegExp(STRING, "g")) ?? [];
  return JSON.stringify(parts.map((part) => unescaped(part.slice(1, -1))).join(""));
}

const ELEMENT = "(?:\\?xml|Error|Code|Message)";
const MARKUP = new RegExp(`<${ELEMENT}\\b`);
const IN_A_PAGE = new RegExp(`&(?:amp;)*(?:lt|#60|#x3[cC]);${ELEMENT}`);
const IN_A_URL = /%(?:25)*(?:u00)?3C(?:%(?:25)*(?:u00)?3Fxml|Error|Code)/i;
/** Highlighted by a page, or with its line ends as `<br>`. */
const MARKED_UP = /<(?:br|span|\/p|\/div|\/li)\b/i;
/** `<?xml ` and `<Error>`, in base64, whose lines programs break. */
const IN_BASE64 = /\b(?:PD94bWwg|PEVycm9yP)(?:[\w+/-]{50,90}\r?\n)*[\w+/-]*={0,2}/;
/**
 * Bytes that begin with `<`: a Buffer in JSON, an array as Node.js prints it, with its first hundred, a slice in Go, or an
 * array in Java, whose bytes beyond ASCII are negative.
 */
const IN_NUMBERS = /\[\s*60\b(?:[\s,]{1,20}-?\d{1,3}\b)+(?:,\s*\.{3} \d+ more items?\s*)?,?\s*\]/;
/** `<?xml` and `<Error>` in hexadecimal digits, which programs put into lines, or apart. */
const IN_HEX =
  /\b3c[-:\s]?(?:3f[-:\s]?78[-:\s]?6d[-:\s]?6c|45[-:\s]?72[-:\s]?72[-:\s]?6f[-:\s]?72[-:\s]?3e)(?:(?:[-:\s]|\r\n)?[\da-f]{2})+\b/i;
const ESCAPED = [
  /\\u003c|\\x3c|\\u0026lt;/i,
  // A line end or a quote inside markup, or a slash that PHP escapes.
  new RegExp(`<${ELEMENT}[^<>]*\\\\["'nrt]`),
  /<\/?\w+>\s*\\+(?:[nrt]|x0[9ad])/i,
  /\?>\s*\\+[nrt]/,
  /<\\+\/\w+>/,
  /<(?:StringToSign|FormatString)>\w+\\+n/,
  // Member names of JSON inside JSON.
  /[{,]\s*\\+["']\w[\w-]*\\+["']\s*:/,
];

function oneLevelLess(text: string): string {
  if (!MARKUP.test(text)) {
    if (MARKED_UP.test(text) && /&(?:amp;)*lt;/.test(text)) return withoutTags(text);
    if (IN_A_PAGE.test(text)) return fromPage(text);
    if (IN_A_URL.test(text)) return fromUrl(text);
    if (IN_NUMBERS.test(text)) return text.replace(IN_NUMBERS, fromNumbers);
    if (IN_HEX.test(text)) return text.replace(IN_HEX, fromHex);
    if (IN_BASE64.test(text)) return text.replace(IN_BASE64, fromBase64);
  }
  return ESCAPED.some((sign) => sign.test(text)) ? unescaped(text) : text;
}

/** A page's own elements; COS's are still escaped. */
function withoutTags(text: string): string {
  return text
    .replace(/<br ?\/?>\r?\n?|<\/(?:p|div|li)>\r?\n?/gi, "\n")
    .replace(/<\/?[a-z][^<>]{0,500}>/gi, "");
}

function fromPage(text: string): string {
  const named = new Map([
    ["lt", "<"],
    ["gt", ">"],
    ["quot", '"'],
    ["apos", "'"],
    ["nbsp", " "],
    ["amp", "&"],
  ]);
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, ten, sixteen, name) => {
    if (name !== undefined) return named.get(name) ?? whole;
    const point = ten === undefined ? Number.parseInt(sixteen, 16) : Number(ten);
    return point > 0x10_ff_ff ? whole : String.fromCodePoint(point);
  });
}

/** Piece by piece, since the text around it may contain a percent sign that begins no escape. */
function fromUrl(text: string): string {
  return (
    text
      // JavaScript's old escape().
      .replace(/%u([\da-f]{4})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
      .replace(/(?:%[\da-f]{2})+/gi, (escapes) => {
        try {
          return decodeURIComponent(escapes);
        } catch {
          return escapes;
        }
      })
  );
}

function fromNumbers(list: string): string {
  const numbers = list.replace(/,\s*\.{3}.*$/s, "").match(/-?\d+/g) ?? [];
  return new TextDecoder().decode(Uint8Array.from(numbers, Number));
}

function fromHex(digits: string): string {
  const bytes = digits.match(/[\da-f]{2}/gi) ?? [];
  const text = new TextDecoder().decode(Uint8Array.from(bytes, (two) => Number.parseInt(two, 16)));
  // Node.js prints only the first bytes of a Buffer, which say nothing.
  return text.includes("</") ? text : digits;
}

function fromBase64(base64: string): string {
  try {
    const standard = base64.replaceAll(/\s/g, "").replaceAll("-", "+").replaceAll("_", "/");
    return new TextDecoder().decode(Uint8Array.from(atob(standard), (c) => c.charCodeAt(0)));
  } catch {
    return base64;
  }
}
