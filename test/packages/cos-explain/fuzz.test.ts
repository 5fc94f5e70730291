import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explain } from "../../../packages/cos-explain/src/explain.ts";
import { parseRequest } from "../../../packages/cos-explain/src/request/parse-request.ts";
import { RequestUnreadable } from "../../../packages/cos-explain/src/request/request.ts";
import { WHOLE_FORMS } from "./forms.ts";

/** Pieces of what people paste, cut and combined at random. */
const PIECES = [
  "<?xml version='1.0' ?>",
  "<Error>",
  "</Error>",
  "<Code>",
  "</Code>",
  "<Message>",
  "<FormatString>put\\n/a\\n",
  "&lt;",
  "&amp;",
  "&#x110000;",
  "%3CError%3E",
  "%zz",
  "\\u{110000}",
  "\\n",
  "\\",
  '"',
  "'",
  "`",
  " + ",
  "{",
  "}",
  "[60,33,999]",
  "PD94bWwg!",
  "code: ",
  "Code=",
  "AccessDenied",
  "kind: 'storage'",
  "curl ",
  "-X ",
  "--data-raw $'",
  "fetch(",
  ":method: PUT",
  "> PUT / HTTP/1.1",
  "https://h/%",
  "\r\n",
  "\u001b[31m",
  "\ud800",
];
const pasted = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 5 })), { maxLength: 30 })
  .map((parts) => parts.join(""));

test("any text is explained, or reported as no refusal", () => {
  fc.assert(
    fc.property(pasted, (error) => {
      const { cause, title, sentence, advice } = explain({ error });
      expect([cause, title, sentence].every((text) => text !== "")).toBe(true);
      // What is recognized as something else needs none of COS's.
      if (cause !== "not-a-refusal") expect(advice.length).toBeGreaterThan(0);
    }),
    { numRuns: 2000 },
  );
});

test("any text is a request, or is refused as unreadable", () => {
  fc.assert(
    fc.property(pasted, (text) => {
      try {
        expect(parseRequest(text).method).not.toBe("");
      } catch (error) {
        expect(error).toBeInstanceOf(RequestUnreadable);
      }
    }),
    { numRuns: 2000 },
  );
});

describe("any object key is read back", () => {
  // Only COS's XML is built with the key here; XML allows no other control characters.
  const key = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
    .filter(
      (text) =>
        !/[\p{Cc}\p{Cs}\ufffe\uffff]/u.test(text) && text.trim() === text && !/["'`]\s*\+\s*["'`]/.test(text),
    );
  const escaped = (text: string) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  test.each(Object.entries(WHOLE_FORMS))("from %s", (_, form) => {
    fc.assert(
      fc.property(key, (name) => {
        const xml = `<?xml version='1.0' encoding='utf-8' ?>\n<Error>\n\t<Code>SignatureDoesNotMatch</Code>\n\t<Message>The Signature you specified is invalid.</Message>\n\t<FormatString>put\n/${escaped(name)}\n\nhost=h\n</FormatString>\n</Error>`;
        const given = (error: string) =>
          explain({ error }).comparison?.lines.find((line) => line.name === "path")?.given;
        expect(given(form({ xml, status: 403, method: "PUT", url: "https://h/a" }))).toBe(given(xml));
      }),
      { numRuns: 50 },
    );
  });
});

// A pattern that looks from each of its places to the end would take many minutes.
test("half a megabyte of blank lines is read to its end", () => {
  expect(explain({ error: "\n".repeat(500_000) }).cause).toBe("not-a-refusal");
});
