import { expect, test } from "vitest";
import { logLine, terminalLine } from "../../../../packages/cos-emulator/src/cli/terminal-log.ts";

const NINE = new Date(2026, 0, 2, 9, 5, 7);
const SENTENCE =
  "the signature was made for another method, path, host, signed header, signed parameter or key";

test("a line has the time, and is broken between words at 80 columns", () => {
  const rows = terminalLine(`cos PUT /a 403 SignatureDoesNotMatch: ${SENTENCE}`, NINE).split("\n");
  expect(rows[0]).toMatch(/^09:05:07 cos PUT \/a 403/);
  expect(rows.every((row) => row.length <= 80)).toBe(true);
  expect(rows.slice(1).every((row) => row.startsWith(`${" ".repeat(9)}`))).toBe(true);
  expect(rows.map((row) => row.slice(9)).join(" ")).toBe(`cos PUT /a 403 SignatureDoesNotMatch: ${SENTENCE}`);
});

test("a word longer than a line is broken at the line's end, and nothing is lost", () => {
  const key = `/uploads/${"k".repeat(200)}.png`;
  const rows = terminalLine(`cos PUT ${key} 200 OK`, NINE).split("\n");
  expect(rows).toHaveLength(4);
  expect(rows[0]).toHaveLength(80);
  expect(rows.map((row) => row.slice(9)).join("")).toBe(`cos PUT ${key} 200 OK`);
});

test("in a file or a pipe, a line stays whole, so that ids and keys can be searched for", () => {
  const line = `cos PUT /uploads/${"k".repeat(200)}.png 403 SignatureDoesNotMatch: ${SENTENCE}`;
  expect(logLine(line, NINE, false)).toBe(`09:05:07 ${line}`);
  expect(logLine(line, NINE, true)).toBe(terminalLine(line, NINE));
});

test("a Chinese character takes two columns", () => {
  const [first = ""] = terminalLine("桂".repeat(40), NINE).split("\n");
  expect(first).toBe(`09:05:07 ${"桂".repeat(35)}`);
});

test("an empty line still has its time", () => {
  expect(terminalLine("", NINE)).toBe("09:05:07 ");
});

test("a function may log a picture on one line without stopping the emulator", () => {
  const picture = "QUJD".repeat(75_000);
  const started = performance.now();
  expect(terminalLine(picture, NINE).replace(/\n {9}/g, "")).toBe(`09:05:07 ${picture}`);
  expect(performance.now() - started).toBeLessThan(5000);
});
