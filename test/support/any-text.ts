import fc from "fast-check";

const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;
const CODE_POINTS = 0x110000;

/** Any Unicode character. Fast-check's `unit: "binary"` draws the same, but each process first maps them all for it. */
const anyCharacter = fc.integer({ min: 0, max: CODE_POINTS - SURROGATES - 1 }).map(
  (number) => String.fromCodePoint(number < FIRST_SURROGATE ? number : number + SURROGATES),
  // By it, fast-check finds that names such as `__proto__` can be drawn, and draws them often.
  (character) => {
    const point = typeof character === "string" ? character.codePointAt(0) : undefined;
    if (point === undefined || character !== String.fromCodePoint(point))
      throw new Error("not one character");
    return point < FIRST_SURROGATE ? point : point - SURROGATES;
  },
);

/** Text of any Unicode characters, control characters among them. */
export const anyText = (lengths: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({ unit: anyCharacter, ...lengths });
