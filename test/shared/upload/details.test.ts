import { expect, test } from "vitest";
import { metaIn, nameIn } from "../../../shared/object/metadata.ts";
import { readDetails } from "../../../shared/upload/details.ts";

/** A Chinese character is three bytes. */
const chinese = (bytes: number) => "图".repeat(bytes / 3);

test("a name of 255 bytes and 1 KB of values, in any language, fit into COS's limits", () => {
  const values = Array.from({ length: 10 }, (_, i) => [`${"k".repeat(31)}${i}`, chinese(102)]);
  const meta = { ...Object.fromEntries(values) };
  const details = readDetails({ name: chinese(255), meta });
  expect(nameIn(details["content-disposition"])).toBe(chinese(255));
  expect(metaIn(details)).toEqual(meta);
  const bytes = Object.entries(details)
    .filter(([name]) => name.startsWith("x-cos-meta-"))
    .reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  // https://cloud.tencent.com/document/product/436/7749
  expect(bytes).toBeLessThanOrEqual(2048);
});

// What serializers write of a value that there is none: https://github.com/axios/axios/pull/5108,
// https://github.com/open-education-api/specification/issues/394
test.each([{}, { name: "", meta: "" }, { name: null, meta: null }, { name: undefined, meta: {} }])(
  "a file with neither, such as %j, has no headers for them",
  (details) => {
    expect(readDetails(details)).toEqual({});
  },
);

test.each<[string, unknown]>([
  ["a path", "a/b.jpg"],
  ["the folder above", ".."],
  ["a path of Windows", "a\\b.jpg"],
  ["a line", "a\r\nx-cos-acl: public-read"],
  ["a NUL", "a\0b"],
  ["a name that changes the writing direction", "a\u202egpj.exe"],
  ["half a surrogate pair", "a\ud800"],
  ["more than 255 bytes", `a${chinese(255)}`],
  ["two names", ["a", "b"]],
  ["a number", 1],
])("as a name, %s is refused", (_, name) => {
  expect(() => readDetails({ name })).toThrow(/^name must be given once/);
});

test.each<[string, unknown]>([
  ["a text", "a=b"],
  ["a list", ["a"]],
  ["a value that is a number", { a: 1 }],
  ["a value given twice", { a: ["1", "2"] }],
  ["a value in parts", { a: { b: "c" } }],
  ["half a surrogate pair", { a: "\udfff" }],
  ["a key in capitals", { Order: "1" }],
  ["a key with an underscore", { a_b: "1" }],
  ["an empty key", { "": "1" }],
  ["a key that would end the header", { "a:b\r\nc": "1" }],
  ["a key of 33 characters", { ["a".repeat(33)]: "1" }],
  ["eleven keys", Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, ""]))],
  ["more than 1 KB", { a: "x".repeat(1025) }],
  ["more than 1 KB together", { a: chinese(600), b: chinese(600) }],
])("as meta, %s is refused", (_, meta) => {
  expect(() => readDetails({ meta })).toThrow(/^meta takes up to 10 texts, 1024 bytes together/);
});
