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
