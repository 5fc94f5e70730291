import { expect, test } from "vitest";
import { checkRules, RuleError } from "../../../shared/upload/check-rules.ts";
import { defineRules, type Rule } from "../../../shared/upload/rule.ts";
import { rules } from "../../../shared/upload/rules.ts";

const rule: Rule = { types: { jpg: ["image/jpeg"] }, maxBytes: 10, prefix: "uploads" };

test.each<[string, Record<string, Rule>, RegExp]>([
  ["no rule at all", {}, /no rule/],
  ["no extension", { empty: { ...rule, types: {} } }, /"empty" takes no extension/],
  ["a negative size", { minus: { ...rule, maxBytes: -1 } }, /"minus" needs maxBytes/],
  ["a size that is not a number", { nan: { ...rule, maxBytes: Number.NaN } }, /"nan" needs maxBytes/],
  ["more than COS takes", { huge: { ...rule, maxBytes: 6 * 1024 ** 3 } }, /"huge" needs maxBytes/],
  ["a browser's type", { web: { ...rule, types: { txt: ["text/html"] } } }, /"web" takes "txt".*run/],
  [
    "svg, which runs scripts",
    { web: { ...rule, types: { svg: ["image/svg+xml"] } } },
    /"web" takes "svg".*run/,
  ],
  [
    "an executable extension",
    { app: { ...rule, types: { apk: ["application/zip"] } } },
    /"app" takes "apk".*run/,
  ],
  ["a wildcard in the prefix", { any: { ...rule, prefix: "uploads/*" } }, /"any" needs a prefix/],
  ["a prefix that climbs", { up: { ...rule, prefix: "../x" } }, /"up" needs a prefix/],
  [
    "an extension with a dot",
    { dot: { ...rule, types: { ".jpg": ["image/jpeg"] } } },
    /"dot" has the extension/,
  ],
  [
    "a signature that never ends",
    { long: { ...rule, signatureSeconds: 1e9 } },
    /"long" needs signatureSeconds/,
  ],
  [
    "a MIME type that is none",
    { odd: { ...rule, types: { jpg: ["jpeg"] } } },
    /"odd" has the MIME type "jpeg"/,
  ],
  ["a name that is not one", { "no name": rule }, /"no name" needs a name/],
])("refuses a table with %s, by the rule's name", (_, table, message) => {
  expect(() => checkRules(defineRules(table))).toThrow(RuleError);
  expect(() => checkRules(defineRules(table))).toThrow(message);
});

test("takes an executable type when the rule says so", () => {
  const table = defineRules({ web: { ...rule, types: { html: ["text/html"] }, allowExecutable: true } });
  expect(() => checkRules(table)).not.toThrow();
  expect(table.forExtension("html")?.name).toBe("web");
});

test("the first rule that takes an extension applies, and one that is onlyByName never does by itself", () => {
  const table = defineRules({
    hidden: { ...rule, onlyByName: true },
    first: rule,
    second: rule,
  });
  expect(table.forExtension("jpg")?.name).toBe("first");
  expect(table.named("hidden")?.name).toBe("hidden");
});

test.each(["constructor", "__proto__", "toString", "hasOwnProperty"])(
  "%s is neither a rule nor an extension",
  (name) => {
    expect(rules.named(name)).toBeUndefined();
    expect(rules.forExtension(name)).toBeUndefined();
  },
);

test.each([
  "jpg",
  "jpeg",
  "png",
  "gif",
  "webp",
  "heic",
  "mp4",
  "mov",
  "mp3",
  "m4a",
  "aac",
  "wav",
  "pdf",
  "docx",
  "xlsx",
  "pptx",
  "txt",
])("the default table takes %s", (ext) => {
  expect(rules.forExtension(ext)).toBeDefined();
});

test.each(["html", "htm", "svg", "xhtml", "xml", "js", "mjs", "css", "swf", "php", "exe", "apk", "sh"])(
  "the default table does not take %s, which something would run",
  (ext) => {
    expect(rules.forExtension(ext)).toBeUndefined();
  },
);
