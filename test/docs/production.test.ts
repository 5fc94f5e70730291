import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const page = new URL("../../docs/production.md", import.meta.url);
const text = readFileSync(page, "utf8");

/** The lines of doctor that prove a step, without the host that some start with. */
const proofs = [...text.matchAll(/^ok {4}(?:\S+: )?(.+)$/gm)].flatMap(([, title]) => title ?? []);

/** All sources that define what doctor checks. */
const source = execFileSync("git", ["grep", "-h", "", "--", "tools/doctor", "packages/tls-check/src"], {
  cwd: new URL("../..", import.meta.url),
  encoding: "utf8",
});

describe("docs/production.md", () => {
  test.each([...new Set(proofs)])("quotes a real line of doctor: %s", (title) => {
    const [, role] = /^WeChat would accept (.+)$/.exec(title) ?? [];
    expect(source).toContain(role ?? title);
  });

  test("proves its steps", () => {
    expect(proofs.length).toBeGreaterThan(20);
  });

  test.each([...text.matchAll(/\]\((?!https:)([^)#]+)/g)].map(([, path = ""]) => path))(
    "the linked file exists: %s",
    (path) => {
      expect(existsSync(new URL(path, page))).toBe(true);
    },
  );
});
