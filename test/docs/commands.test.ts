import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const root = new URL("../../", import.meta.url);

const pages = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter(Boolean);

/** What stands in a block of commands, by the page that it is on. */
const blocks = pages.flatMap((page) =>
  [...readFileSync(new URL(page, root), "utf8").matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent = "", block = ""]) => [page, block.replaceAll(new RegExp(`^${indent}`, "gm"), "")] as const,
  ),
);

/** The same without what stands in quotes, and with none of what a backslash protects. */
function unquoted(block: string): string {
  return block.replaceAll(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/gs, "");
}

describe("commands can be pasted", () => {
  test("and there are many", () => {
    expect(blocks.length).toBeGreaterThan(10);
  });

  // zsh takes no comments in what is typed unless INTERACTIVE_COMMENTS is on, and looks for files that match a `?`.
  test.each(blocks)("into zsh: %s\n%s", (_, block) => {
    expect(unquoted(block)).not.toMatch(/#/);
    expect(unquoted(block)).not.toMatch(/[?*[\]]/);
    expect(unquoted(block)).not.toMatch(/(^|\s)=\w/);
  });

  test.each(blocks)("into bash: %s\n%s", (_, block) => {
    execFileSync("bash", ["-n"], { input: block });
  });
});
