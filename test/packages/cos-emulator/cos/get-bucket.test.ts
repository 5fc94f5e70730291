import { Readable } from "node:stream";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { EMULATED_BUCKET } from "../../../../packages/cos-emulator/src/cloud/account.ts";
import { compareBytes } from "../../../../packages/cos-emulator/src/cos/store/keys.ts";
import { listKeys } from "../../../../packages/cos-emulator/src/cos/store/list-keys.ts";
import { listVersions } from "../../../../packages/cos-emulator/src/cos/store/list-versions.ts";
import { type Ordered, SortedList } from "../../../../packages/cos-emulator/src/cos/store/sorted-list.ts";
import { textsOf } from "./asking.ts";
import { type Answer, START_SECONDS, signedHeaders, startCos, type TestCos, urlPath } from "./support.ts";

const parser = new XMLParser({
  parseTagValue: false,
  isArray: (name) => name === "Contents" || name === "CommonPrefixes",
});

async function withObjects(keys: readonly string[]): Promise<TestCos> {
  const cos = await startCos();
  for (const key of keys) {
    const headers = signedHeaders({ method: "PUT", key, headers: { host: cos.host } });
    await cos.send({ method: "PUT", path: urlPath(key), headers, body: key });
  }
  return cos;
}

function list(cos: TestCos, query: Record<string, string> = {}): Promise<Answer> {
  const search = new URLSearchParams(query).toString().replaceAll("+", "%20");
  const headers = signedHeaders({ method: "GET", key: "", headers: { host: cos.host }, query });
  return cos.send({ method: "GET", path: `/?${search}`, headers });
}

function inOrder(keys: readonly string[]): SortedList<string> {
  return new SortedList(compareBytes, keys);
}

test("a listing has the documented elements", async () => {
  const answer = await list(await withObjects(["a&b.txt"]));
  expect(answer.status).toBe(200);
  expect(answer.headers["content-type"]).toBe("application/xml");
  expect(parser.parse(answer.body.toString())).toMatchObject({
    ListBucketResult: {
      Name: EMULATED_BUCKET.name,
      Prefix: "",
      Marker: "",
      MaxKeys: "1000",
      IsTruncated: "false",
      Contents: [
        {
          Key: "a&b.txt",
          LastModified: new Date(START_SECONDS * 1000).toISOString(),
          ETag: '"5169ee4b51f19182dc7975d869c95a71"',
          Size: "7",
          StorageClass: "STANDARD",
        },
      ],
    },
  });
});

test("a listing continues at its NextMarker", async () => {
  const cos = await withObjects(["a", "b", "c"]);
  const first = parser.parse((await list(cos, { "max-keys": "2" })).body.toString()).ListBucketResult;
  expect(first).toMatchObject({
    IsTruncated: "true",
    NextMarker: "b",
    Contents: [{ Key: "a" }, { Key: "b" }],
  });
  const second = parser.parse(
    (await list(cos, { "max-keys": "2", marker: "b" })).body.toString(),
  ).ListBucketResult;
  expect(second).toMatchObject({ IsTruncated: "false", Contents: [{ Key: "c" }] });
});

test("an empty parameter counts as none", async () => {
  const cos = await startCos();
  const names = ["prefix", "marker", "delimiter", "max-keys", "encoding-type"];
  const answer = await list(cos, Object.fromEntries(names.map((name) => [name, ""])));
  expect(answer.status).toBe(200);
  expect(answer.body.toString()).not.toContain("EncodingType");
});

test("encoding-type=url encodes keys that XML cannot contain", async () => {
  const cos = await withObjects(["图 1.png"]);
  const answer = await list(cos, { "encoding-type": "url" });
  expect(answer.body.toString()).toContain("<Key>%E5%9B%BE%201.png</Key>");
});

test.each([
  ["max-keys", "many"],
  ["max-keys", "-1"],
  ["encoding-type", "base64"],
])("%s=%s is refused with 400 InvalidArgument", async (name, value) => {
  expect(await list(await startCos(), { [name]: value })).toMatchObject({
    status: 400,
    code: "InvalidArgument",
  });
});

test("an unsigned listing is refused with 403 AccessDenied", async () => {
  const cos = await startCos();
  expect(await cos.send({ method: "GET", path: "/" })).toMatchObject({ status: 403, code: "AccessDenied" });
});

test("a temporary key lists what its policy's prefix covers, and no more", async () => {
  const cos = await withObjects(["u/1/a", "u/2/b"]);
  const credential = cos.issue("name/cos:GetBucket", "u/1/*");
  const listPrefix = (prefix: string) => {
    const query = { prefix };
    const headers = signedHeaders({ method: "GET", key: "", headers: { host: cos.host }, query, credential });
    return cos.send({ method: "GET", path: `/?prefix=${encodeURIComponent(prefix)}`, headers });
  };
  expect((await listPrefix("u/1/")).status).toBe(200);
  expect(await listPrefix("u/2/")).toMatchObject({ status: 403, code: "AccessDenied" });
  expect(await listPrefix("")).toMatchObject({ status: 403, code: "AccessDenied" });
});

test("HEAD of the bucket answers 200 when signed, 403 when not", async () => {
  const cos = await startCos();
  const headers = signedHeaders({ method: "HEAD", key: "", headers: { host: cos.host } });
  expect((await cos.send({ method: "HEAD", path: "/", headers })).status).toBe(200);
  expect((await cos.send({ method: "HEAD", path: "/" })).status).toBe(403);
});

describe("keys are listed", () => {
  const KEYS = inOrder(["b", "a/2", "a/1", "a/x/1", "c/1", "图", "Z"]);
  const all = { prefix: "", marker: "", delimiter: "", maxKeys: 1000 };

  test("in the order of their UTF-8 bytes", () => {
    expect(listKeys(KEYS, all).keys).toEqual(["Z", "a/1", "a/2", "a/x/1", "b", "c/1", "图"]);
  });

  test("under a prefix", () => {
    expect(listKeys(KEYS, { ...all, prefix: "a/" }).keys).toEqual(["a/1", "a/2", "a/x/1"]);
  });

  test("with folders grouped at a delimiter", () => {
    expect(listKeys(KEYS, { ...all, delimiter: "/" })).toEqual({
      keys: ["Z", "b", "图"],
      commonPrefixes: ["a/", "c/"],
      nextMarker: undefined,
    });
    expect(listKeys(KEYS, { ...all, prefix: "a/", delimiter: "/" })).toEqual({
      keys: ["a/1", "a/2"],
      commonPrefixes: ["a/x/"],
      nextMarker: undefined,
    });
  });

  test.each([[1], [2], [3], [7]])("in pages of %i without gaps or repeats", (maxKeys) => {
    for (const delimiter of ["", "/"]) {
      const whole = listKeys(KEYS, { ...all, delimiter });
      const keys: string[] = [];
      const commonPrefixes: string[] = [];
      let marker: string | undefined = "";
      while (marker !== undefined) {
        const page = listKeys(KEYS, { ...all, delimiter, marker, maxKeys });
        keys.push(...page.keys);
        commonPrefixes.push(...page.commonPrefixes);
        marker = page.nextMarker;
      }
      expect({ keys, commonPrefixes, nextMarker: undefined }).toEqual(whole);
    }
  });

  test("not at all with max-keys 0", () => {
    expect(listKeys(KEYS, { ...all, maxKeys: 0 })).toEqual({
      keys: [],
      commonPrefixes: [],
      nextMarker: undefined,
    });
  });

  test("after a marker that is a common prefix, without the keys below it", () => {
    expect(listKeys(KEYS, { ...all, delimiter: "/", marker: "a/" })).toMatchObject({
      keys: ["b", "图"],
      commonPrefixes: ["c/"],
    });
    expect(listKeys(KEYS, { ...all, marker: "a/" }).keys).toEqual(["a/1", "a/2", "a/x/1", "b", "c/1", "图"]);
  });

  test("with a common prefix only if one of its keys exists", () => {
    const listing = listKeys(KEYS, { ...all, delimiter: "/" }, (key) => !["a/1", "c/1", "b"].includes(key));
    expect(listing).toMatchObject({ keys: ["Z", "图"], commonPrefixes: ["a/"] });
  });
});

describe("20,000 keys", () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `${i % 100}/${(i * 7919) % 20_000}`);
  const none = { prefix: "", marker: "", delimiter: "", maxKeys: 1000 };

  /** The same keys, with a count of how often they are looked at. */
  function counted(keys: Ordered<string>): { readonly keys: Ordered<string>; looks(): number } {
    let looks = 0;
    return {
      keys: {
        *from(isBefore) {
          const looked = (key: string) => {
            looks += 1;
            return isBefore(key);
          };
          for (const key of keys.from(looked)) {
            looks += 1;
            yield key;
          }
        },
      },
      looks: () => looks,
    };
  }

  test("are sorted with about 20 comparisons each", () => {
    let comparisons = 0;
    const keys = new SortedList<string>((a, b) => {
      comparisons += 1;
      return a < b ? -1 : Number(a > b);
    }, names);
    expect([...keys]).toEqual([...names].sort());
    expect(comparisons).toBeLessThan(25 * names.length);
  });

  test("are listed in pages, looking at each key once and at none before the marker", () => {
    const { keys, looks } = counted(inOrder(names));
    const listed: string[] = [];
    let marker: string | undefined = "";
    while (marker !== undefined) {
      const before = looks();
      const page = listKeys(keys, { ...none, marker });
      expect(looks() - before).toBeLessThan(1050);
      listed.push(...page.keys);
      marker = page.nextMarker;
    }
    expect(listed).toEqual([...inOrder(names)]);
  });

  test("in 100 folders are skipped folder by folder", () => {
    const { keys, looks } = counted(inOrder(names));
    expect(listKeys(keys, { ...none, delimiter: "/" }).commonPrefixes).toHaveLength(100);
    expect(looks()).toBeLessThan(100 * 25);
  });

  test("outside the prefix are not looked at", () => {
    const { keys, looks } = counted(inOrder(names));
    expect(listKeys(keys, { ...none, prefix: "57/" }).keys).toHaveLength(200);
    expect(looks()).toBeLessThan(250);
  });

  test("have their versions listed in pages as cheaply", () => {
    const { keys: ordered, looks } = counted(inOrder(names));
    const versions = (key: string) => [
      { key, versionId: "2", lastModified: 0, isDeleteMarker: true as const },
      { key, versionId: "1", lastModified: 0, isDeleteMarker: true as const },
    ];
    const [keyMarker = "", key = ""] = [...inOrder(names)].slice(5000);
    const page = listVersions(
      { ordered, versions },
      { prefix: "", delimiter: "", keyMarker, versionIdMarker: "2", maxKeys: 1000 },
    );
    expect(page.versions.slice(0, 2)).toMatchObject([
      { key: keyMarker, versionId: "1" },
      { key, versionId: "2" },
    ]);
    expect(page.versions).toHaveLength(1000);
    expect(looks()).toBeLessThan(550);
  });
});

test("2,100 objects come in three pages of GET Bucket, each once", async () => {
  const names = Array.from({ length: 2100 }, (_, i) => `a/${(i * 1009) % 2100}`);
  const cos = await startCos();
  for (let i = 0; i < names.length; i += 100) {
    const drafts = names.slice(i, i + 100).map(async (key) => {
      const draft = await cos.store.receive(Readable.from([]), 0);
      const attributes = { contentType: "text/plain", storageClass: "STANDARD", headers: {} };
      await draft.commit(key, attributes, { lastModified: 0, ifAbsent: false });
    });
    await Promise.all(drafts);
  }
  const listed: string[] = [];
  let marker: string | undefined = "";
  let pages = 0;
  while (marker !== undefined) {
    const answer: Answer = await list(cos, { marker });
    listed.push(...textsOf(answer, "Key"));
    marker = textsOf(answer, "NextMarker")[0];
    pages += 1;
  }
  expect([pages, listed]).toEqual([3, [...inOrder(names)]]);
});
