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

/** The contents of each block of commands, with the page that it is on. */
const blocks = pages.flatMap((page) =>
  [...readFileSync(new URL(page, root), "utf8").matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent = "", block = ""]) => [page, block.replaceAll(new RegExp(`^${indent}`, "gm"), "")] as const,
  ),
);

/** The same without quoted text and without characters escaped by a backslash. */
function unquoted(block: string): string {
  return block.replaceAll(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/gs, "");
}

describe("commands can be pasted", () => {
  test("and there are many", () => {
    expect(blocks.length).toBeGreaterThan(10);
  });

  // At a prompt, zsh treats comments as commands unless INTERACTIVE_COMMENTS is on, and matches a `?` against file
  // names.
  test.each(blocks)("into zsh: %s\n%s", (_, block) => {
    expect(unquoted(block)).not.toMatch(/#/);
    expect(unquoted(block)).not.toMatch(/[?*[\]]/);
    expect(unquoted(block)).not.toMatch(/(^|\s)=\w/);
  });

  test.each(blocks)("into bash: %s\n%s", (_, block) => {
    execFileSync("bash", ["-n"], { input: block });
    // Without the file, what follows a `;` would run with other settings: a rehearsal would deploy for real.
    expect(block).not.toMatch(/(?:^|[(;]) ?\. [^;&]+;/m);
  });
});
