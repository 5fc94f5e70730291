import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listGrant, listObjects, listOldestFirst } from "../../../shared/cos/list-objects.ts";
import { failureOf } from "../../support/failure-of.ts";
import { cosWith, inXml, LONGEST_KEY, statementsOf } from "./support.ts";

/** As https://cloud.tencent.com/document/product/436/7734 shows it. */
const item = (key: string, { size = "5", lastModified = "2026-11-23T08:00:00.000Z" } = {}) =>
  `<Contents>\n\t\t<Key>${inXml(key)}</Key>\n\t\t<LastModified>${lastModified}</LastModified>\n` +
  `\t\t<ETag>&quot;3a3306ad3dd1a7ce7f9dbf4bd3a9c1b9&quot;</ETag>\n\t\t<Size>${size}</Size>\n` +
  "\t\t<Owner>\n\t\t\t<ID>1250000000</ID>\n\t\t</Owner>\n\t\t<StorageClass>STANDARD</StorageClass>\n\t</Contents>";
const listing = (items: readonly string[], isTruncated = false) =>
  `<?xml version='1.0' encoding='utf-8' ?>\n<ListBucketResult>\n\t<Name>b-1250000000</Name>\n\t<Prefix>uploads/</Prefix>\n` +
  `\t<MaxKeys>1000</MaxKeys>\n\t<IsTruncated>${isTruncated}</IsTruncated>\n\t${items.join("\n\t")}\n</ListBucketResult>`;

const NO_LISTING = {
  code: "StorageUnavailable",
  message: "Storage failed; try again in a moment.",
  log: { cosError: "no listing" },
};

test("a grant to list allows one exact prefix, on what is under it", () => {
  expect(statementsOf(listGrant("uploads/ann/20261123/"))).toEqual([
    {
      effect: "allow",
      action: ["name/cos:GetBucket"],
      resource: ["qcs::cos:ap-guangzhou:uid/1250000000:b-1250000000/uploads/ann/20261123/*"],
      condition: {
        string_equal: { "cos:prefix": "uploads/ann/20261123/" },
        bool_equal: { "cos:secure-transport": "true" },
      },
    },
  ]);
});

describe("a page", () => {
  test.each([
    [{}, {}],
    [{ marker: "uploads/ann/1" }, { marker: "uploads/ann/1" }],
  ])(
    "is asked for with its prefix and its length, and with a marker only if there is one: %j",
    async (given, sent) => {
      const { cos, asked } = cosWith(() => listing([]));
      await listObjects({ prefix: "uploads/ann/", maxKeys: 7, ...given }, cos);
      expect(asked).toHaveLength(1);
      expect(asked[0]).toMatchObject({ method: "GET", key: "" });
      expect(asked[0]?.query).toStrictEqual({ prefix: "uploads/ann/", "max-keys": "7", ...sent });
    },
  );

  test("has the objects in COS's order, and COS's time", async () => {
    const { cos } = cosWith(() => ({
      headers: { date: "Mon, 23 Nov 2026 08:00:01 GMT" },
      body: Buffer.from(listing([item("uploads/b.jpg"), item("uploads/a.jpg", { size: "0" })], true)),
    }));
    const shared = {
      lastModified: "2026-11-23T08:00:00.000Z",
      etag: "3a3306ad3dd1a7ce7f9dbf4bd3a9c1b9",
    };
    expect(await listObjects({ prefix: "uploads/", maxKeys: 2 }, cos)).toEqual({
      objects: [
        { key: "uploads/b.jpg", size: 5, ...shared },
        { key: "uploads/a.jpg", size: 0, ...shared },
      ],
      isTruncated: true,
      listedAt: Date.UTC(2026, 10, 23, 8, 0, 1) / 1000,
    });
  });

  test.each([
    listing([]),
    "<ListBucketResult/>",
    '<?xml version="1.0"?>\n<ListBucketResult xmlns="http://www.qcloud.com/document/product/436/7751" />\n\n',
  ])("may be empty, and come without a time: %j", async (body) => {
    const { cos } = cosWith(() => body);
    expect(await listObjects({ prefix: "uploads/", maxKeys: 2 }, cos)).toEqual({
      objects: [],
      isTruncated: false,
      listedAt: Number.NaN,
    });
  });

  test("has every key as it is, with its spaces, quotes, line ends and what looks like markup or a number", async () => {
    const key = fc.oneof(
      fc.constantFrom(" a", "a ", " ", "\na\r", "&lt;", "&amp;#65;", "1e5", "007", "true", "constructor"),
      fc.string({ unit: "grapheme", minLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(key, { minLength: 1, maxLength: 5 }), async (keys) => {
        const { cos } = cosWith(() => listing(keys.map((one) => item(one))));
        const { objects } = await listObjects({ prefix: "", maxKeys: 5 }, cos);
        expect(objects.map((object) => object.key)).toEqual(keys);
      }),
    );
  });

  test("may be as long as a thousand of the longest keys make it", async () => {
    const { cos, asked } = cosWith(() => listing([]));
    await listObjects({ prefix: "", maxKeys: 1000 }, cos);
    expect(asked[0]?.maxAnswerBytes).toBeGreaterThan(listing(Array(1000).fill(item(LONGEST_KEY))).length);
  });

  test.each([
    ["nothing", ""],
    ["no XML", "<html><br></html>"],
    ["another document", "<ListVersionsResult></ListVersionsResult>"],
    ["another document that has one in it", "<R><ListBucketResult></ListBucketResult></R>"],
    ["another document that is cut off after one in it", "<R><ListBucketResult></ListBucketResult>"],
    ["a name that is a prototype's", "<ListBucketResult><__proto__>1</__proto__></ListBucketResult>"],
    ["one that is cut off", listing([item("a")]).slice(0, -20)],
    ["one with its root cut off", "<ListBucketResult>"],
    ["one that is cut off after an object without anything", "<ListBucketResult><Contents/>"],
    ["one that is not closed, before another document", `<ListBucketResult></ListBucketResult><a>`],
    ["an object without a key", listing([item("")])],
    ["an object without a size", listing([item("a", { size: "" })])],
    ["a negative size", listing([item("a", { size: "-1" })])],
    ["a size with an exponent", listing([item("a", { size: "1e3" })])],
    ["a size with a unit", listing([item("a", { size: "5B" })])],
    ["a size that is no longer exact", listing([item("a", { size: "1".repeat(16) })])],
    ["an object that is only a text", listing(["<Contents>a</Contents>"])],
  ])("is not made of %s", async (_, body) => {
    const { cos } = cosWith(() => body);
    expect(await failureOf(listObjects({ prefix: "", maxKeys: 1 }, cos))).toEqual(NO_LISTING);
  });

  test("has sizes up to the largest that is written in 15 digits", async () => {
    const { cos } = cosWith(() => listing([item("a", { size: "9".repeat(15) })]));
    const { objects } = await listObjects({ prefix: "", maxKeys: 1 }, cos);
    expect(objects[0]?.size).toBe(999_999_999_999_999);
  });
});

describe("all objects under a prefix", () => {
  const at = (minute: number) => ({
    lastModified: new Date(Date.UTC(2026, 10, 23, 8, minute)).toISOString(),
  });
  const date = "Mon, 23 Nov 2026 09:00:00 GMT";
  const page = (items: readonly string[], isTruncated: boolean) => ({
    headers: { date },
    body: Buffer.from(listing(items, isTruncated)),
  });

  test("come page after page, the oldest first, with the time of their page", async () => {
    const { cos, asked } = cosWith((_, index) =>
      index === 0
        ? page([item("a", at(2)), item("b", at(1))], true)
        : page([item("c", at(0)), item("d", at(3))], false),
    );
    const now = Date.parse(date) / 1000;
    expect(await listOldestFirst("", cos)).toEqual(
      ["c", "b", "a", "d"].map((key, minute) => ({
        key,
        storedAt: Date.UTC(2026, 10, 23, 8, minute) / 1000,
        now,
      })),
    );
    const question = { prefix: "", "max-keys": "1000" };
    expect(asked.map(({ query }) => query)).toStrictEqual([question, { ...question, marker: "b" }]);
  });

  test("end with a page that has none, whatever it says of more", async () => {
    const { cos, asked } = cosWith((_, index) => page(index === 0 ? [item("a", at(1))] : [], true));
    expect(await listOldestFirst("", cos)).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  test("are as many as a hundred pages have", async () => {
    const { cos, asked } = cosWith((_, index) => {
      if (index > 200) throw new Error("It does not end.");
      return page([item(String(index), at(1))], true);
    });
    expect(await listOldestFirst("", cos)).toHaveLength(100);
    expect(asked).toHaveLength(100);
  });
});
