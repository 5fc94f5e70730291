import { readFile } from "node:fs/promises";
import { parse } from "dotenv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dotenvDoubts } from "../../../tools/lib/dotenv-doubts.ts";

describe("a value that ends at a #", () => {
  test.each([
    // https://github.com/motdotla/dotenv/issues/633, builderz-labs/mission-control#135, laravel/lumen-framework#1099.
    ["TEST=abc#def", ["TEST"]],
    ["AUTH_PASS=mypass#123 # a comment", ["AUTH_PASS"]],
    ["export A = b#", ["A"]],
    ['JSON={"a":"b#c"}', ["JSON"]],
    ["KEY=value # comment", []],
    ["KEY=\t#comment", []],
    ["KEY=#comment", []],
    ['KEY="abc#def"', []],
    ["KEY='abc#def' # comment", []],
    ["KEY=`abc#def`", []],
    ["# KEY=abc#def", []],
    ['KEY="one\nA=b#c\ntwo"', []],
  ])("%j: %j", (text, cut) => {
    expect(dotenvDoubts(text).cut).toEqual(cut);
  });
});

describe("a name that is there twice", () => {
  test.each([
    // https://github.com/theskumar/python-dotenv/issues/591 and Chrilleweb/dotenv-diff#11.
    ["A=1\nA=2", ["A"]],
    ["A=1\nB=1\nexport A = 2", ["A"]],
    ["A=1\nA=1", []],
    ["A=1\n#A=2", []],
    ['A=1\nB="\nA=2\n"', []],
  ])("%j: %j", (text, twice) => {
    expect(dotenvDoubts(text).twice).toEqual(twice);
  });
});

describe("a line that sets nothing", () => {
  test.each<[string, number[]]>([
    ["A=1\nno variable\nB=2", [2]],
    // An equals sign of a Chinese keyboard, and a name with a space.
    ["COS_BUCKET＝b-1250000000\nCOS_REGION=ap-guangzhou", [1]],
    ["A=1\r\nCOS BUCKET=b\r\n", [2]],
    ["set A", [1]],
    ["\uFEFFA=1\n\n  \n# comment\n  # comment", []],
    ['A="open\nB=1', []],
    ['A="one\ntwo"\nnothing', [3]],
    ["", []],
  ])("%j: %j", (text, unread) => {
    expect(dotenvDoubts(text).unread).toEqual(unread);
  });
});

test("the settings are those that dotenv finds", () => {
  const line = fc.array(
    fc.constantFrom("A", "B", "=", " ", "#", '"', "'", "`", "\n", ":", "x", "\\", "export "),
    {
      maxLength: 14,
    },
  );
  fc.assert(
    fc.property(line, (parts) => {
      const text = parts.join("");
      const { cut, twice } = dotenvDoubts(text);
      for (const name of [...cut, ...twice]) expect(Object.keys(parse(text))).toContain(name);
    }),
  );
});

test("there is no doubt about .env.example", async () => {
  const example = await readFile(new URL("../../../.env.example", import.meta.url), "utf8");
  for (const text of [example, example.replaceAll(/^#(?=[A-Z_]+=)/gm, "")]) {
    expect(dotenvDoubts(text)).toEqual({ cut: [], joined: [], twice: [], unread: [] });
  }
});
