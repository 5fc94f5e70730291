import fc from "fast-check";
import { expect, test } from "vitest";
import { fitting, isFileName, metadataOf, metaIn, nameIn } from "../../../shared/object/metadata.ts";

test("a name becomes a download's file name, in the form of RFC 6266 and RFC 8187", () => {
  expect(metadataOf("休假 (1)'s.jpg", {})).toEqual({
    "content-disposition": "attachment; filename*=UTF-8''%E4%BC%91%E5%81%87%20%281%29%27s.jpg",
  });
});

test("a value stays as it is in ASCII, and otherwise becomes an encoded word of RFC 2047", () => {
  expect(
    metadataOf(undefined, { order: "A-17", title: "图", words: "two words", empty: "", odd: "=?x" }),
  ).toEqual({
    "x-cos-meta-order": "A-17",
    "x-cos-meta-title": "=?UTF-8?B?5Zu+?=",
    "x-cos-meta-words": "=?UTF-8?B?dHdvIHdvcmRz?=",
    "x-cos-meta-empty": "=?UTF-8?B??=",
    "x-cos-meta-odd": "=?UTF-8?B?PT94?=",
  });
});

test("everything is read back, and every header is ASCII", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 50 });
  const keys = fc.string({ unit: fc.constantFrom(..."abc-19"), minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(text.filter(isFileName), fc.dictionary(keys, text), (name, meta) => {
      const headers = metadataOf(name, meta);
      for (const value of Object.values(headers)) expect(value).toMatch(/^[\x20-\x7e]+$/);
      expect(nameIn(headers["content-disposition"])).toBe(name);
      expect(metaIn(headers)).toEqual(meta);
    }),
  );
});

test.each([undefined, "", "attachment", "inline; filename=a.jpg", "attachment; filename*=UTF-8''%zz"])(
  "finds no name in %j",
  (header) => {
    expect(nameIn(header)).toBeUndefined();
  },
);

// An unsigned header is the uploader's own: whoever reads the name may use it as a path or display it.
test.each([
  ["a path upwards", "..%2F..%2Fetc%2Fcron.d%2Fjob"],
  ["a path of Windows", "..%5Crun.bat"],
  ["the folder above", ".."],
  ["nothing", ""],
  ["a line", "a%0D%0Ab.jpg"],
  ["a NUL", "a.php%00.jpg"],
  ["a name that changes the writing direction", "a%E2%80%AEgpj.exe"],
  ["more than 255 bytes", "a".repeat(256)],
])("ignores %s that an uploader wrote as a name", (_, encoded) => {
  expect(nameIn(`attachment; filename*=UTF-8''${encoded}`)).toBeUndefined();
});

test("reads a name of 255 bytes, as long as file systems allow", () => {
  const name = "图".repeat(85);
  expect(nameIn(metadataOf(name, {})["content-disposition"])).toBe(name);
});

// https://cloud.tencent.com/document/product/436/7749: names and values of all x-cos-meta-*, at most 2 KB.
test("of values, keeps what fits into COS's 2048 bytes with their names", () => {
  // `x-cos-meta-a` and `x-cos-meta-b` have 12 bytes each.
  const fits = { a: "x".repeat(1000), b: "y".repeat(1024) };
  expect(fitting(fits)).toEqual(fits);
  expect(fitting({ ...fits, b: "y".repeat(1025) })).toEqual({ a: fits.a });
});

test("reads other clients' metadata as it is", () => {
  const headers = { "x-cos-meta-a": "=?ISO-8859-1?Q?a?=", "x-cos-meta-b": "%E5%9B%BE", "content-type": "x" };
  expect(metaIn(headers)).toEqual({ a: "=?ISO-8859-1?Q?a?=", b: "%E5%9B%BE" });
});
