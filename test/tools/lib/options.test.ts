import { InvalidArgumentError } from "commander";
import { describe, expect, test } from "vitest";
import { collectAddress, wholeNumber } from "../../../tools/lib/options.ts";

describe("a whole number", () => {
  test.each([
    ["1", 1],
    ["65535", 65_535],
  ])("%s", (text, value) => expect(wholeNumber(1, 65_535)(text)).toBe(value));

  test.each(["0", "65536", "-1", "1.5", "1e3", "0x10", " 1", "", "١"])("not %j", (text) => {
    expect(() => wholeNumber(1, 65_535)(text)).toThrow(
      new InvalidArgumentError("It must be a whole number from 1 to 65535."),
    );
  });
});

describe("HOST=ADDRESS", () => {
  test("is collected, with the host in lower case", () => {
    const first = collectAddress("New.example.com=203.0.113.7");
    expect([...collectAddress("b.example.com=::1", first)]).toEqual([
      ["new.example.com", "203.0.113.7"],
      ["b.example.com", "::1"],
    ]);
  });

  test.each(["", "a", "a=", "=b", "a=b=c"])("not %j", (text) => {
    expect(() => collectAddress(text)).toThrow("It must be HOST=ADDRESS.");
  });
});
