import fc from "fast-check";
import { expect, test } from "vitest";
import { elementsOf, textOf } from "../../../shared/cos/xml.ts";
import { anyText } from "../../support/any-text.ts";
import { inXml } from "./support.ts";

test("reads every text as it was written, whatever is in it", () => {
  fc.assert(
    fc.property(fc.array(anyText(), { minLength: 1, maxLength: 4 }), (texts) => {
      const xml = `<?xml version="1.0"?>\n<R>\n${texts.map((text) => `\t<Part><A>${inXml(text)}</A></Part>`).join("\n")}\n</R>`;
      expect(elementsOf(xml, "Part").map((part) => textOf(part, "A"))).toEqual(texts);
    }),
  );
});

// https://www.w3.org/TR/xml/#sec-predefined-ent and #sec-references
test.each([
  ["&lt;&gt;&amp;&quot;&apos;", `<>&"'`],
  ["&#65;&#x42;&#X43;&#x1F600;&#128512;", "ABC😀😀"],
  ["&amp;lt;&amp;#65;", "&lt;&#65;"],
  ["&nbsp;&toString;&constructor;", "&nbsp;&toString;&constructor;"],
  ["a & b; &; &#; &#x; &#ab;", "a & b; &; &#; &#x; &#ab;"],
  ["&#x10ffff;&#x110000;&#1114112;", "\u{10ffff}&#x110000;&#1114112;"],
  [" a\n b ", " a\n b "],
])("reads %j as %j", (written, text) => {
  expect(textOf(`<A>${written}</A>`, "A")).toBe(text);
});

test("takes the first of many, and nothing for one that is not there, or not closed", () => {
  expect(textOf("<R><A>1</A><A>2</A></R>", "A")).toBe("1");
  for (const xml of ["", "<A>", "<B>1</B>", "<AB>1</AB>"]) {
    expect(textOf(xml, "A")).toBe("");
    expect(elementsOf(xml, "A")).toEqual([]);
  }
});
