import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { joined, writeLine } from "../../../shared/entry/log.ts";
import { anyText } from "../../support/any-text.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

function written(fields: Readonly<Record<string, string | number>>): string {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  writeLine(fields);
  const [text] = write.mock.calls.map(([given]) => String(given));
  expect(text?.at(-1)).toBe("\n");
  return String(text?.slice(0, -1));
}

test.each([
  ["a line separator, which some viewers treat as a line break", "\u2028"],
  ["a paragraph separator", "\u2029"],
  ["an override that reverses the rest of the line", "\u202e"],
  ["an isolate", "\u2066"],
  ["the end of an isolate", "\u2069"],
  ["a left-to-right mark", "\u200e"],
  ["a right-to-left mark", "\u200f"],
  ["an Arabic letter mark", "\u061c"],
  ["a byte order mark", "\ufeff"],
  ["a soft hyphen", "\u00ad"],
  ["a line break", "\n"],
  ["an escape, which starts a terminal command", "\u001b"],
  ["a delete", "\u007f"],
  ["a C1 control, a terminal's other escape", "\u009b"],
])("attack: a forged log line with %s shows it as an escape", (_, character) => {
  const line = written({ key: `a${character}b` });
  expect(line).toMatch(/^\{"key":"a\\(?:u[0-9a-f]{4}|n)b"\}$/);
  expect(JSON.parse(line)).toEqual({ key: `a${character}b` });
});

test("attack: a forged log line with an invisible character outside the first plane shows it as two escapes", () => {
  const line = written({ key: "a\u{e0041}b" });
  expect(line).toBe('{"key":"a\\udb40\\udc41b"}');
  expect(JSON.parse(line)).toEqual({ key: "a\u{e0041}b" });
});

test("leaves natural text as it is", () => {
  expect(written({ key: "照片 é 😀 (1).jpg", n: 1 })).toBe('{"key":"照片 é 😀 (1).jpg","n":1}');
});

test("any text stays one line without invisible characters, and keeps its meaning", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const line = written({ text });
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(JSON.parse(line)).toEqual({ text });
      vi.restoreAllMocks();
    }),
  );
});

test("several names become one text", () => {
  expect(joined(["a.jpg", "b, c.jpg"])).toBe("a.jpg\nb, c.jpg");
});
