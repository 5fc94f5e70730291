import fc from "fast-check";
import { expect, test } from "vitest";
import { objectUrl, signedUrl } from "../../../shared/cos/url.ts";

const text = fc.string({ unit: "grapheme", minLength: 1 });

/** https://www.rfc-editor.org/rfc/rfc3986#section-2.3: what is not encoded. */
const UNRESERVED = /^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/;

test("any key and any parameter are read back from the address as they were, and nothing else is in it", () => {
  const plain = fc.array(text, { minLength: 1, maxLength: 3 }).map((segments) => segments.join("/"));
  fc.assert(
    fc.property(plain, text, fc.array(text, { maxLength: 2 }), (key, value, names) => {
      const query = Object.fromEntries(names.map((name, i) => [`${i}${name}`, value]));
      const [path = "", search] = objectUrl("h", key, query).slice("https://h/".length).split("?");
      expect(path.split("/").map(decodeURIComponent).join("/")).toBe(key);
      for (const segment of path.split("/")) expect(segment).toMatch(UNRESERVED);
      const read = (search?.split("&") ?? []).map((one) => one.split("=").map(decodeURIComponent));
      expect(read).toEqual(Object.entries(query));
      for (const part of search?.split(/[&=/]/) ?? []) expect(part).toMatch(UNRESERVED);
    }),
  );
});

test.each([
  [{}, ""],
  [{ uploads: "" }, "?uploads"],
  [{ "imageMogr2/thumbnail/200x": "" }, "?imageMogr2/thumbnail/200x"],
  [
    { "watermark/2/text/a b": "", exif: "", "response-cache-control": "a/b c" },
    "?watermark/2/text/a%20b&exif&response-cache-control=a%2Fb%20c",
  ],
])(
  "writes the parameters %j as %j: a name without a value stands alone, with its slashes",
  (query, written) => {
    expect(objectUrl("h", "a", query)).toBe(`https://h/a${written}`);
  },
);

test.each([
  ["a (1)!'*.jpg", "a%20%281%29%21%27%2A.jpg"],
  ["照/+#?&=%2F", "%E7%85%A7/%2B%23%3F%26%3D%252F"],
])("writes the key %j as COS's SDK does", (key, written) => {
  expect(objectUrl("h", key, {})).toBe(`https://h/${written}`);
});

test.each([
  ["https://h/a", "https://h/a?"],
  ["https://h/a?exif", "https://h/a?exif&"],
])("adds the signature to %s, each value encoded, after what is there", (url, start) => {
  expect(signedUrl(url, "q-sign-algorithm=sha1&q-ak=a/b+c==&q-sign-time=1;2&q-header-list=", "t/k+n=")).toBe(
    `${start}q-sign-algorithm=sha1&q-ak=a%2Fb%2Bc%3D%3D&q-sign-time=1%3B2&q-header-list=&x-cos-security-token=t%2Fk%2Bn%3D`,
  );
});
