import fc from "fast-check";
import { expect, test } from "vitest";
import { createSeal } from "../../../shared/auth/seal.ts";

const SECRET = "s".repeat(20);
const seal = createSeal<object>(SECRET, "tests");

test("opens what it closed, for the same that it was bound to, and for nothing else", () => {
  const bound = fc.array(fc.string({ unit: "grapheme" }), { maxLength: 3 });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), bound, bound, (claims, one, other) => {
      const sealed = seal.close(claims, one);
      expect(seal.open(sealed, one)).toEqual({ ...claims });
      if (JSON.stringify(one) !== JSON.stringify(other)) expect(seal.open(sealed, other)).toBeUndefined();
    }),
  );
});

test("attack: any other text is not opened", () => {
  const sealed = seal.close({ a: 1 }, []);
  const [claims = "", proof = ""] = sealed.split(".");
  const [others = ""] = seal.close({ a: 2 }, []).split(".");
  for (const text of [
    ...["", ".", "..", claims, `${claims}.`, proof, `.${proof}`, `${claims}${proof}`],
    ...[
      `${sealed}.`,
      `${sealed}.${proof}`,
      `${claims}..${proof}`,
      `${claims}=.${proof}`,
      `${others}.${proof}`,
    ],
    ...[sealed.slice(0, -1), `${sealed}A`, sealed.toUpperCase(), createSeal(SECRET, "").close({ a: 1 }, [])],
    createSeal("t".repeat(20), "tests").close({ a: 1 }, []),
  ]) {
    expect(seal.open(text, [])).toBeUndefined();
  }
});
