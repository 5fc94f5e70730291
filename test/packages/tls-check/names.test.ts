import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { listNames, subjectName } from "../../../packages/tls-check/src/names.ts";
import { issue } from "../../support/certificates.ts";

test("a certificate's names can neither control a terminal nor contain bidirectional text", async () => {
  const { pem } = await issue({ name: "evil\u009b31m\u202egnp" });
  const shown = subjectName(new X509Certificate(pem).subject);
  expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(shown).toBe("evil\\u{9b}31m\\u{202e}gnp");
});

test("of a long list of names, the first eight are told", () => {
  const names = Array.from({ length: 9 }, (_, i) => `${i}.example.com`);
  expect(listNames(names.slice(1))).toBe(names.slice(1).join(", "));
  expect(listNames(names)).toBe(`${names.slice(0, 8).join(", ")} and 1 more`);
});
