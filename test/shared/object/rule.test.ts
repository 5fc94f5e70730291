import { expect, test } from "vitest";
import { checkRules, RuleError } from "../../../shared/object/check-rules.ts";
import { defineRules, EXECUTABLE_TYPES, type Rule } from "../../../shared/object/rule.ts";
import { rules } from "../../../shared/object/rules.ts";

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
  [
    "a place that is this project's own",
    { own: { ...rule, prefix: "life/x" } },
    /"own" needs another prefix/,
  ],
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

test.each([
  [
    "a field that there is not",
    { forbidOverwrit: true },
    /"odd" has forbidOverwrit, which is not one of name, types/,
  ],
  ["extensions that are no object", { types: "jpg" }, /"odd" has a types that is not of type object/],
  ["a size in words", { maxBytes: "10" }, /"odd" has a maxBytes that is not of type number/],
  ["a prefix that is no text", { prefix: 1 }, /"odd" has a prefix that is not of type string/],
  ["no prefix", { prefix: undefined }, /"odd" needs a prefix/],
  ["a life in words", { signatureSeconds: "60" }, /"odd" has a signatureSeconds that is not of type number/],
  ["a MIME type that is not in a list", { types: { jpg: "image/jpeg" } }, /"odd" has no MIME type for "jpg"/],
  ...["onlyByName", "forbidOverwrite", "readableByAll", "allowExecutable"].map(
    (field): [string, object, RegExp] => [
      `${field} in words`,
      { [field]: "false" },
      new RegExp(`"odd" has a ${field} that is not of type boolean`),
    ],
  ),
])("refuses a table that was not type-checked, with %s", (_, fault, message) => {
  expect(() => checkRules(defineRules({ odd: Object.assign({}, rule, fault) }))).toThrow(message);
});

test.each(["uploads", "uploads/private"])(
  "refuses readableByAll where another rule keeps its files under the same prefix: %s",
  (prefix) => {
    const table = { open: { ...rule, readableByAll: true }, closed: { ...rule, prefix } };
    expect(() => checkRules(defineRules(table))).toThrow(/"open" is readableByAll.*"closed"/);
    expect(() =>
      checkRules(defineRules({ ...table, closed: { ...rule, prefix: "uploads2" } })),
    ).not.toThrow();
    const both = { ...table, closed: { ...rule, prefix, readableByAll: true } };
    expect(() => checkRules(defineRules(both))).not.toThrow();
  },
);

test("takes a table in which every field is set", () => {
  const full = { signatureSeconds: 60, onlyByName: true, forbidOverwrite: true, readableByAll: true };
  expect(() => checkRules(defineRules({ full: { ...rule, ...full, allowExecutable: false } }))).not.toThrow();
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

test.each<[string, Partial<Rule>, string]>([
  ["a size of nothing", { maxBytes: 0 }, "needs maxBytes as a whole number from 1 to 5368709120"],
  ["a byte more than COS takes", { maxBytes: 5 * 1024 ** 3 + 1 }, "needs maxBytes"],
  [
    "less in parts than in one",
    { maxBytesInParts: 9 },
    "needs maxBytesInParts as a whole number from its maxBytes",
  ],
  ["more parts than COS joins", { maxBytesInParts: 10_000 * 16 * 1024 ** 2 + 1 }, "needs maxBytesInParts"],
  ["parts of no number", { maxBytesInParts: Number.NaN }, "needs maxBytesInParts"],
  ["a second less than the least life", { signatureSeconds: 59 }, "needs signatureSeconds as a whole number"],
  ["a second more than the longest", { signatureSeconds: 7201 }, "needs signatureSeconds"],
  ["a life of a fraction", { signatureSeconds: 60.5 }, "needs signatureSeconds"],
  ["an extension that begins well", { types: { "jpg/": ["image/jpeg"] } }, 'has the extension "jpg/"'],
  ["a MIME type that ends well", { types: { jpg: ["x image/jpeg"] } }, 'has the MIME type "x image/jpeg"'],
  ["a MIME type that begins well", { types: { jpg: ["image/jpeg;x"] } }, 'has the MIME type "image/jpeg;x"'],
  ["a browser's type after another", { types: { txt: ["text/plain", "text/css"] } }, 'takes "txt"'],
])("%s is a fault too", (_, change, message) => {
  expect(() => checkRules(defineRules({ some: { ...rule, ...change } }))).toThrow(
    `The rule "some" ${message}`,
  );
});

test("an extension without a MIME type is a fault, whatever the types say", () => {
  const types: Rule["types"] = Object({ jpg: [] });
  expect(() => checkRules(defineRules({ some: { ...rule, types } }))).toThrow('has no MIME type for "jpg"');
});

test("a fault is told of by its own name", () => {
  expect(() => checkRules(defineRules({}))).toThrow(expect.objectContaining({ name: "RuleError" }));
});

test.each<[string, Partial<Rule>]>([
  ["one byte", { maxBytes: 1 }],
  ["all that COS takes", { maxBytes: 5 * 1024 ** 3 }],
  ["all that COS joins", { maxBytesInParts: 10_000 * 16 * 1024 ** 2 }],
  ["the least life", { signatureSeconds: 60 }],
  ["the longest life", { signatureSeconds: 7200 }],
  ["a prefix of several parts", { prefix: "a/bc/def" }],
  ["types that nothing runs", { types: { txt: ["text/plain"], bin: ["x/text.html", "application/json"] } }],
])("a rule with %s is none", (_, change) => {
  expect(() => checkRules(defineRules({ some: { ...rule, ...change } }))).not.toThrow();
});

test.each([
  "application/xml",
  "application/atom+xml",
  "application/javascript",
  "text/xml",
  "image/svg+xml",
  "application/x-javascript",
  "text/jscript",
  "multipart/related",
  "message/rfc822",
  "application/hta",
  "text/a+xml",
  "image/a+xml",
  "video/vnd.a.b+xml",
  "text/rdf",
  "application/x-apple-aspen-config",
])("%s is a type that a browser runs", (type) => {
  expect(EXECUTABLE_TYPES.test(type)).toBe(true);
});

test.each(["x-text/html", "ximage/svg", "image/jpeg", "application/x-xml-not", "image/a+xml-not"])(
  "%s is none",
  (type) => {
    expect(EXECUTABLE_TYPES.test(type)).toBe(false);
  },
);

test.each<[string, object, RegExp]>([
  ["nothing in it", {}, /"some" needs a quota of filesPerDay or bytesPerDay, or both/],
  ["none a day", { filesPerDay: 0 }, /"some" needs a quota/],
  ["part of a file", { filesPerDay: 1.5 }, /"some" needs a quota/],
  ["a misspelt limit", { filesPerDay: 1, bytesADay: 5 }, /"some" needs a quota/],
])("refuses a quota with %s", (_, quota, message) => {
  expect(() => checkRules(defineRules({ some: Object.assign({}, rule, { quota }) }))).toThrow(message);
});

test("a rule with a quota stores what no other rule does", () => {
  const quota = { filesPerDay: 1 };
  const twins = { some: { ...rule, quota }, other: { ...rule, onlyByName: true } };
  expect(() => checkRules(defineRules(twins))).toThrow(/"some" has a quota, .* those of "other"/);
  const apart = { ...twins, other: { ...rule, prefix: "elsewhere" } };
  expect(() => checkRules(defineRules(apart))).not.toThrow();
  const others = { ...twins, other: { ...rule, types: { png: ["image/png"] } } } satisfies Record<
    string,
    Rule
  >;
  expect(() => checkRules(defineRules(others))).not.toThrow();
});

test.each<[string, Partial<Rule>]>([
  ["no check", { check: "none" }],
  ["a check afterwards", { check: "after" }],
  ["an end that accepts what nobody checked", { check: "before", undecided: "accept" }],
])("a file cannot get around its rule's check by another rule that stores alike with %s", (_, lax) => {
  const strict = { ...rule, check: "before" } as const;
  const twins = { lax: { ...rule, ...lax, onlyByName: true }, strict };
  expect(() => checkRules(defineRules(twins))).toThrow(/"lax" differs in check .* "strict"/);
  const apart = { ...twins, lax: { ...twins.lax, prefix: "elsewhere" } };
  expect(() => checkRules(defineRules(apart))).not.toThrow();
  const alike = { ...twins, lax: { ...strict, undecided: "reject" } } satisfies Record<string, Rule>;
  expect(() => checkRules(defineRules(alike))).not.toThrow();
});
