import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const root = new URL("../../", import.meta.url);

/** A page, and the same in Chinese. */
const PAIRS = [["docs/production.md", "docs/production.zh-CN.md"]] as const;

/** What both must have alike, whatever the language. */
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
    /** The levels of the headings, and the number that each begins with. */
    headings: [...prose.matchAll(/^(#+) (\d*)/gm)].map(([, level = "", number]) => `${level} ${number}`),
    tables: [...prose.matchAll(/(?:^ *\|.*\|\n)+/gm)].map(([table]) => rows(table)),
    names: named(prose),
    links: [...prose.matchAll(/\]\(([^)#]+)[^)]*\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !page.endsWith(target) && !/\.zh-CN\.md$/.test(target))
      .filter((target) => !isCounterpart(page, target))
      .sort(),
  };
}

/** The page's own name in the other language, to which it links at its top. */
function isCounterpart(page: string, target: string): boolean {
  return PAIRS.some((pair) => pair.some((one) => one === page) && pair.some((one) => one.endsWith(target)));
}

/** Comments may be in either language, and stand at the end of a line. */
function withoutComments(code: string): string {
  return code.replaceAll(/(^|\s+)(?:\/\/|# ).*$/gm, "").replaceAll(/\n{2,}/g, "\n");
}

/** How many columns each row has, and its first cell where that is code. */
function rows(table: string): string[] {
  return table
    .trim()
    .split("\n")
    .map((row) =>
      row
        .trim()
        .slice(1, -1)
        .split(/(?<!\\) \| | \|$|^\| /),
    )
    .map((cells) => `${cells.length} ${named(cells[0] ?? "").join(" ")}`);
}

/** What stands as code in running text: variables, paths, codes. Names and values, which no language changes. */
function named(prose: string): string[] {
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, name = ""]) => name);
}

describe.each(PAIRS)("%s and %s", (english, chinese) => {
  const one = outline(english);
  const other = outline(chinese);

  test("have the same headings, in number and level", () => {
    expect(one.headings.length).toBeGreaterThan(5);
    expect(other.headings).toEqual(one.headings);
  });

  test("have the same commands and code", () => {
    expect(one.blocks.length).toBeGreaterThan(5);
    expect(other.blocks).toEqual(one.blocks);
  });

  test("have the same tables, in rows and first columns", () => {
    expect(one.tables.length).toBeGreaterThan(0);
    expect(other.tables).toEqual(one.tables);
  });

  test("name the same variables, files and codes", () => {
    const missing = one.names.filter((name) => !other.names.includes(name));
    const added = other.names.filter((name) => !one.names.includes(name));
    expect({ missing, added }).toEqual({ missing: [], added: [] });
  });

  test("link to the same, and to each other", () => {
    expect(other.links).toEqual(one.links);
    const [from, to] = [english, chinese].map((page) => readFileSync(new URL(page, root), "utf8"));
    expect(from).toContain(`(${chinese.replace(/.*\//, "")})`);
    expect(to).toContain(`(${english.replace(/.*\//, "")})`);
  });
});
