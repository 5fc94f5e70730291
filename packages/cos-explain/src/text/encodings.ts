import { fromBase64 } from "./base64.ts";
import { unescaped } from "./unescape.ts";
import { has, type Words } from "./words.ts";

/** A way in which programs write COS's XML so that nothing looks like its markup. */
interface Encoding {
  readonly isIn: (text: string) => boolean;
  readonly undo: (text: string) => string;
}

const ELEMENT = "(?:\\?xml|Error|Code|Message)";
const MARKUP = new RegExp(`<${ELEMENT}\\b`);
const MARKUP_IN_A_PAGE = new RegExp(`&(?:amp;)*(?:lt|#60|#x3[cC]);${ELEMENT}`);

/** They are looked for in this order, and only if a text has no markup of COS's. */
const ENCODINGS: readonly Encoding[] = [
  // Highlighted by a page, or with its line ends as `<br>`.
  {
    isIn: (text) => /<(?:br|span|\/p|\/div|\/li)\b/i.test(text) && /&(?:amp;)*lt;/.test(text),
    undo: withoutTags,
  },
  // In a page
  { isIn: (text) => MARKUP_IN_A_PAGE.test(text), undo: fromPage },
  // In a URL
  {
    isIn: (text) => /%(?:25)*(?:u00)?3C(?:%(?:25)*(?:u00)?3Fxml|Error|Code)/i.test(text),
    undo: fromUrl,
  },
  // Bytes that begin with `<`: a Buffer in JSON, an array as Node.js prints it, with its first hundred, a slice in Go, or
  // an array in Java, whose bytes beyond ASCII are negative.
  inPlace(/\[\s*60\b(?:[\s,]{1,20}-?\d{1,3}\b)+(?:,\s*\.{3} \d+ more items?\s*)?,?\s*\]/, fromNumbers),
  // `<?xml` and `<Error>` in hexadecimal digits, which programs put into lines, or apart.
  inPlace(
    /\b3c[-:\s]?(?:3f[-:\s]?78[-:\s]?6d[-:\s]?6c|45[-:\s]?72[-:\s]?72[-:\s]?6f[-:\s]?72[-:\s]?3e)(?:(?:[-:\s]|\r\n)?[\da-f]{2})+\b/i,
    fromHex,
  ),
  // `<?xml ` and `<Error>`, in base64, whose lines programs break.
  inPlace(/\b(?:PD94bWwg|PEVycm9yP)(?:[\w+/-]{50,90}\r?\n)*[\w+/-]*={0,2}/, fromAnyBase64),
];

/** Signs of the escapes that string literals have. */
const ESCAPED: Words = [
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

/** Undoes what one program did to COS's answer in a text; unchanged if there is nothing to undo. */
export function oneLevelLess(text: string): string {
  const encoding = MARKUP.test(text) ? undefined : ENCODINGS.find(({ isIn }) => isIn(text));
  if (encoding !== undefined) return encoding.undo(text);
  return has(text, ESCAPED) ? unescaped(text) : text;
}

function inPlace(pattern: RegExp, decode: (encoded: string) => string): Encoding {
  return {
    isIn: (text) => pattern.test(text),
    undo: (text) => text.replace(pattern, (encoded) => decode(encoded)),
  };
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

/** Also of the letters that URLs use, and in lines. */
function fromAnyBase64(base64: string): string {
  const standard = base64.replaceAll(/\s/g, "").replaceAll("-", "+").replaceAll("_", "/");
  return fromBase64(standard) ?? base64;
}
