import { expect, test } from "vitest";
import { wrapLine, wrapText } from "../../../tools/lib/wrap.ts";

const PROSE =
  "From then on nobody's client takes https://files.example.test. A Mini Program speaks nothing else.";

test("a line breaks between words, and its continuation is indented", () => {
  expect(wrapLine(PROSE, 50, "  → ", "    ").split("\n")).toEqual([
    "  → From then on nobody's client takes",
    "    https://files.example.test. A Mini Program",
    "    speaks nothing else.",
  ]);
});

test("without a terminal, or on a very narrow one, a line is not broken", () => {
  for (const columns of [undefined, 0, 39]) expect(wrapLine(PROSE, columns, "  ")).toBe(`  ${PROSE}`);
});

test("a command stays in one piece, even if it is wider than the terminal", () => {
  const command = "npm run https -- cert renew files.example.test --with FULLCHAIN KEY";
  const text = `Get the next one there, then: ${command}. For a free one in its place see (npm run https -- cert apply), below.`;
  expect(wrapLine(text, 50).split("\n")).toEqual([
    "Get the next one there, then:",
    `${command}.`,
    "For a free one in its place see",
    "(npm run https -- cert apply), below.",
  ]);
});

test("text between backticks stays in one piece", () => {
  expect(
    wrapLine("They cannot be told otherwise but with `cdn hsts img on --max-age 0`.", 50).split("\n"),
  ).toEqual(["They cannot be told otherwise but with", "`cdn hsts img on --max-age 0`."]);
});

test("in a text, indented lines stay as they are, and a numbered step is continued below its text", () => {
  const long = "word ".repeat(12).trim();
  expect(wrapText(`1. ${long}\n+   ${long}\n  ${long}\n\n${long}\n`, 40).split("\n")).toEqual([
    "1. word word word word word word word",
    "   word word word word word",
    `+   ${long}`,
    `  ${long}`,
    "",
    "word word word word word word word word",
    "word word word word",
    "",
  ]);
});
