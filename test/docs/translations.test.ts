import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const root = new URL("../../", import.meta.url);

/** A page and its Chinese translation. */
const PAIRS = [
  ["README.md", "README.zh-CN.md"],
  ["docs/production.md", "docs/production.zh-CN.md"],
  ["docs/errors.md", "docs/errors.zh-CN.md"],
  ["miniprogram/README.md", "miniprogram/README.zh-CN.md"],
  ["packages/uploader/README.md", "packages/uploader/README.zh-CN.md"],
] as const;

/** What both must have in common. */
function outline(page: string) {
  const text = readFileSync(new URL(page, root), "utf8");
  const blocks = [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent = "", language, code = ""]) => ({
      language,
      code: withoutComments(code.replaceAll(new RegExp(`^${indent}`, "gm"), "")),
    }),
  );
  const prose = text.replaceAll(/^( *)```[\s\S]*?^ *```$/gm, "");
  return {
    blocks,
    /** The level of each heading, and the number that it starts with. */
    headings: [...prose.matchAll(/^(#+) (\d*)/gm)].map(([, level = "", number]) => `${level} ${number}`),
    tables: [...prose.matchAll(/(?:^ *\|.*\|\n)+/gm)].map(([table]) => rows(table)),
    names: named(prose),
    /** The pages link to each other; any other link leads to the translation, where there is one. */
    links: [...prose.matchAll(/\]\(([^)#]+)[^)]*\)/g)]
      .map(([, target = ""]) => target.replace(".zh-CN.md", ".md"))
      .sort(),
  };
}

/** Comments may be in either language, and come at the end of a line. */
function withoutComments(code: string): string {
  return code.replaceAll(/(^|\s+)(?:\/\/|# ).*$/gm, "").replaceAll(/\n{2,}/g, "\n");
}

/** The number of columns of each row, and the code in its first column. */
function rows(table: string): string[] {
  return table
    .trim()
    .split("\n")
    .map((row) => row.replaceAll(/^ *\| | \| *$/g, "").split(" | "))
    .map((cells) => `${cells.length} ${named(cells[0] ?? "").join(" ")}`);
}

/** The code in running text: variables, paths, error codes. Names and values are the same in every language. */
function named(prose: string): string[] {
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name.replaceAll(/\s+/g, " "));
}

test("commands and tables are found where there are some", () => {
  const { blocks, tables } = outline("README.md");
  expect(blocks.length).toBeGreaterThan(5);
  expect(tables.length).toBeGreaterThan(2);
});

describe.each(PAIRS)("%s and %s", (english, chinese) => {
  const one = outline(english);
  const other = outline(chinese);

  test("have the same headings, with the same levels and numbers", () => {
    expect(one.headings.length).toBeGreaterThan(3);
    expect(other.headings).toEqual(one.headings);
  });

  test("have the same commands and code", () => {
    expect(other.blocks).toEqual(one.blocks);
  });

  test("have the same tables, with the same rows and first columns", () => {
    expect(other.tables).toEqual(one.tables);
  });

  test("name the same variables, files and codes", () => {
    const missing = one.names.filter((name) => !other.names.includes(name));
    const added = other.names.filter((name) => !one.names.includes(name));
    expect({ missing, added }).toEqual({ missing: [], added: [] });
  });

  test("have the same links, and link to each other", () => {
    expect(other.links).toEqual(one.links);
    const [from, to] = [english, chinese].map((page) => readFileSync(new URL(page, root), "utf8"));
    expect(from).toContain(`(${chinese.replace(/.*\//, "")})`);
    expect(to).toContain(`(${english.replace(/.*\//, "")})`);
  });
});
