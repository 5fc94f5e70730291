import { expect, test } from "vitest";
import { toJson, toText } from "../../../tools/lib/findings.ts";
import { wrapText } from "../../../tools/lib/wrap.ts";

test("attack: a server's words can neither control the terminal, start a line nor contain bidirectional text", () => {
  const words = "a\u001b[2Jb\u009b31mc\u202egnp\u2028ok  d\u0007\u{e0001}";
  const findings = [
    { id: "x", status: "fail", title: words, detail: `${words}\n${words}`, fix: words },
  ] as const;
  const text = toText(findings, false);
  const json = toJson(findings);
  for (const said of [text, json, wrapText(words, 80)]) {
    expect(said).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
  }
  expect(JSON.parse(json)).toMatchObject({ checks: [{ title: words, fix: words }] });
  expect(text.split("\n")).toHaveLength(6);
  expect(text).toContain("\\u{1b}[2Jb\\u{9b}31mc\\u{202e}gnp");
});

test("in a terminal, a title too is broken between words, and only its mark is coloured", () => {
  const title = "WX_APPID, WX_SECRET and login's other settings are well formed";
  const text = toText([{ id: "x", status: "pass", title, detail: "", fix: "" }], true, 60);
  expect(text.split("\n").slice(0, 2)).toEqual([
    "\u001b[32mok  \u001b[0m  WX_APPID, WX_SECRET and login's other settings are",
    "      well formed",
  ]);
});
