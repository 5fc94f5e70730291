import fc from "fast-check";
import { expect, test } from "vitest";
import { isText, UNCLEAN } from "../../shared/text.ts";

/** UTF-16 of any kind, lone surrogates and controls among it more often than by chance. */
const anyText = fc
  .array(
    fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd7ff, max: 0xe000 }), fc.nat(0xa0)),
  )
  .map((units) => String.fromCharCode(...units));

test("what is unclean is what Unicode's properties say: a control or a lone surrogate", () => {
  fc.assert(fc.property(anyText, (text) => UNCLEAN.test(text) === /[\p{Cc}\p{Cs}]/u.test(text)));
  for (let point = 0; point <= 0x10ffff; point += 1) {
    const character = String.fromCodePoint(point);
    if (UNCLEAN.test(character) !== /[\p{Cc}\p{Cs}]/u.test(character)) expect.fail(point.toString(16));
  }
});

test("a text is what UTF-8 can hold, of at most so many bytes", () => {
  fc.assert(fc.property(anyText, (text) => isText(text, 1000) === (Buffer.from(text).toString() === text)));
  expect(isText("照片", 6)).toBe(true);
  expect(isText("照片", 5)).toBe(false);
  expect(isText(7, 5)).toBe(false);
});
