/** Escape sequences in text that was copied from a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with a control character
const COLOURS = /\u001b\[[\d;]*m/g;

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
export function withPlainCharacters(text: string): string {
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
