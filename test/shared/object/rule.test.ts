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
  ["a prefix of this project's own", { own: { ...rule, prefix: "life/x" } }, /"own" needs another prefix/],
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
  ["an invalid MIME type", { odd: { ...rule, types: { jpg: ["jpeg"] } } }, /"odd" has the MIME type "jpeg"/],
  ["an invalid name", { "no name": rule }, /"no name" needs a name/],
])("refuses a table with %s, by the rule's name", (_, table, message) => {
  expect(() => checkRules(defineRules(table))).toThrow(RuleError);
  expect(() => checkRules(defineRules(table))).toThrow(message);
});

test.each([
  ["an unknown field", { forbidOverwrit: true }, /"odd" has forbidOverwrit, which is not one of name, types/],
  ["extensions that are not an object", { types: "jpg" }, /"odd" has a types that is not of type object/],
  ["a size in words", { maxBytes: "10" }, /"odd" has a maxBytes that is not of type number/],
  ["a prefix that is not a text", { prefix: 1 }, /"odd" has a prefix that is not of type string/],
  ["no prefix", { prefix: undefined }, /"odd" needs a prefix/],
  [
    "a lifetime in words",
    { signatureSeconds: "60" },
    /"odd" has a signatureSeconds that is not of type number/,
  ],
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
  "refuses readableByAll if another rule uses the same prefix: %s",
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

test("accepts a table in which every field is set", () => {
  const full: Required<Rule> = {
    ...rule,
    maxBytesInParts: 11,
    signatureSeconds: 60,
    onlyByName: true,
    forbidOverwrite: true,
    readableByAll: true,
    keepRejected: true,
    check: "before",
    undecided: "accept",
    quota: { filesPerDay: 1, bytesPerDay: 1 },
    allowExecutable: false,
  };
  expect(() => checkRules(defineRules({ full }))).not.toThrow();
});

test("accepts an executable type if the rule says so", () => {
  const table = defineRules({ web: { ...rule, types: { html: ["text/html"] }, allowExecutable: true } });
  expect(() => checkRules(table)).not.toThrow();
  expect(table.forExtension("html")?.name).toBe("web");
});

test("the first rule that takes an extension applies, and one that is onlyByName applies only when named", () => {
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
])("the default table accepts %s", (ext) => {
  expect(rules.forExtension(ext)).toBeDefined();
});

test.each(["html", "htm", "svg", "xhtml", "xml", "js", "mjs", "css", "swf", "php", "exe", "apk", "sh"])(
  "the default table does not accept %s, which some software would run",
  (ext) => {
    expect(rules.forExtension(ext)).toBeUndefined();
  },
);

test.each<[string, Partial<Rule>, string]>([
  ["a size of zero", { maxBytes: 0 }, "needs maxBytes as a whole number from 1 to 5368709120"],
  ["a byte more than COS takes", { maxBytes: 5 * 1024 ** 3 + 1 }, "needs maxBytes"],
  [
    "a smaller limit for parts",
    { maxBytesInParts: 9 },
    "needs maxBytesInParts as a whole number from its maxBytes",
  ],
  ["more parts than COS joins", { maxBytesInParts: 10_000 * 16 * 1024 ** 2 + 1 }, "needs maxBytesInParts"],
  [
    "parts that together cannot be copied after a check",
    { check: "before", maxBytesInParts: 5 * 1024 ** 3 + 1 },
    'needs maxBytesInParts of at most 5368709120 (5 GB) with check "before"',
  ],
  ["NaN as the size in parts", { maxBytesInParts: Number.NaN }, "needs maxBytesInParts"],
  [
    "a second less than the shortest lifetime",
    { signatureSeconds: 59 },
    "needs signatureSeconds as a whole number",
  ],
  ["a second more than the longest lifetime", { signatureSeconds: 7201 }, "needs signatureSeconds"],
  ["a fractional lifetime", { signatureSeconds: 60.5 }, "needs signatureSeconds"],
  [
    "an extension that starts like a valid one",
    { types: { "jpg/": ["image/jpeg"] } },
    'has the extension "jpg/"',
  ],
  [
    "a MIME type that ends like a valid one",
    { types: { jpg: ["x image/jpeg"] } },
    'has the MIME type "x image/jpeg"',
  ],
  [
    "a MIME type that starts like a valid one",
    { types: { jpg: ["image/jpeg;x"] } },
    'has the MIME type "image/jpeg;x"',
  ],
  ["a browser's type after another", { types: { txt: ["text/plain", "text/css"] } }, 'takes "txt"'],
])("also refuses %s", (_, change, message) => {
  expect(() => checkRules(defineRules({ some: { ...rule, ...change } }))).toThrow(
    `The rule "some" ${message}`,
  );
});

test("refuses an extension without MIME types, whatever the TypeScript types say", () => {
  const types: Rule["types"] = Object({ jpg: [] });
  expect(() => checkRules(defineRules({ some: { ...rule, types } }))).toThrow('has no MIME type for "jpg"');
});

test("a refusal has its own error name", () => {
  expect(() => checkRules(defineRules({}))).toThrow(expect.objectContaining({ name: "RuleError" }));
});

test.each<[string, Partial<Rule>]>([
  ["one byte", { maxBytes: 1 }],
  ["all that COS takes", { maxBytes: 5 * 1024 ** 3 }],
  ["all that COS joins", { maxBytesInParts: 10_000 * 16 * 1024 ** 2 }],
  ["the shortest lifetime", { signatureSeconds: 60 }],
  ["the longest lifetime", { signatureSeconds: 7200 }],
  ["a prefix of several parts", { prefix: "a/bc/def" }],
  ["harmless types", { types: { txt: ["text/plain"], bin: ["x/text.html", "application/json"] } }],
  [
    "parts that together can just be copied after a check",
    { check: "before", maxBytesInParts: 5 * 1024 ** 3 },
  ],
])("accepts a rule with %s", (_, change) => {
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
  "%s is not a type that a browser runs",
  (type) => {
    expect(EXECUTABLE_TYPES.test(type)).toBe(false);
  },
);

test.each([
  ["check", "befor", "needs check as one of before, after, none."],
  ["undecided", "keep", "needs undecided as one of accept, reject."],
  ["keepRejected", "yes", "has a keepRejected that is not of type boolean."],
  ["prefix", "pending", "needs another prefix: life, rejected, pending are reserved for this project."],
])("refuses %s: %j", (field, value, message) => {
  const some = Object.assign({}, rule, { [field]: value });
  expect(() => checkRules(defineRules({ some }))).toThrow(`The rule "some" ${message}`);
});

test.each<[string, object, RegExp]>([
  ["no limits", {}, /"some" needs a quota of filesPerDay or bytesPerDay, or both/],
  ["zero files per day", { filesPerDay: 0 }, /"some" needs a quota/],
  ["part of a file", { filesPerDay: 1.5 }, /"some" needs a quota/],
  ["a misspelt limit", { filesPerDay: 1, bytesADay: 5 }, /"some" needs a quota/],
])("refuses a quota with %s", (_, quota, message) => {
  expect(() => checkRules(defineRules({ some: Object.assign({}, rule, { quota }) }))).toThrow(message);
});

test("a rule with a quota must not store what another rule can store", () => {
  const quota = { filesPerDay: 1 };
  const twins = { some: { ...rule, quota }, other: { ...rule, onlyByName: true } };
  expect(() => checkRules(defineRules(twins))).toThrow(/"some" has a quota, .* those of "other"/);
  const inPart = {
    some: { ...rule, types: { jpg: ["image/jpeg"], png: ["image/png"] }, quota },
    other: { ...rule, types: { gif: ["image/gif"], png: ["image/png"] } },
  } satisfies Record<string, Rule>;
  expect(() => checkRules(defineRules(inPart))).toThrow(/"some" has a quota, .* those of "other"/);
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
  ["an undecided file accepted", { check: "before", undecided: "accept" }],
])("refuses another rule that stores the same with %s, which would get around the check", (_, lax) => {
  const strict = { ...rule, check: "before" } as const;
  const twins = { lax: { ...rule, ...lax, onlyByName: true }, strict };
  expect(() => checkRules(defineRules(twins))).toThrow(/"lax" differs in check .* "strict"/);
  const apart = { ...twins, lax: { ...twins.lax, prefix: "elsewhere" } };
  expect(() => checkRules(defineRules(apart))).not.toThrow();
  const alike = { ...twins, lax: { ...strict, undecided: "reject" } } satisfies Record<string, Rule>;
  expect(() => checkRules(defineRules(alike))).not.toThrow();
});
