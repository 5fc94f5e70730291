import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { BucketSettings } from "../../../../packages/cos-emulator/src/cos/store/bucket-settings.ts";
import { ask, textsOf } from "./asking.ts";
import { startCos, type TestCos } from "./support.ts";

const query = { tagging: "" };

const tagging = (...tags: [key: string, value: string][]) => {
  const list = tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`).join("");
  return `<Tagging><TagSet>${list}</TagSet></Tagging>`;
};

const many = (count: number) =>
  tagging(...Array.from({ length: count }, (_, i): [string, string] => [`k${i}`, "v"]));

let cos: TestCos;

beforeEach(async () => {
  cos = await startCos();
  await ask(cos, "PUT", "a", { body: "a" });
});

const EMPTY = "<?xml version='1.0' encoding='utf-8' ?><Tagging><TagSet></TagSet></Tagging>";

describe.each([
  ["the bucket", "", 204, 50],
  ["an object", "a", 200, 10],
])("tags of %s", (_, key, status, most) => {
  // A bucket without tags gets an error, an object an empty set: BucketTaggingTest and ObjecTaggingTest of cos-java-sdk-v5.
  const expectNone = async () => {
    const answer = await ask(cos, "GET", key, { query });
    if (key === "") expect(answer).toMatchObject({ status: 404, code: "NoSuchTagSet" });
    else expect([answer.status, answer.body.toString()]).toEqual([200, EMPTY]);
  };

  test("can be put, read and deleted, all at once", async () => {
    await expectNone();
    const body = tagging(["age", "18"], ["名 +-_=/.:@", ""]);
    expect((await ask(cos, "PUT", key, { query, body })).status).toBe(status);
    const told = await ask(cos, "GET", key, { query });
    expect(textsOf(told, "Key")).toEqual(["age", "名 +-_=/.:@"]);
    expect(textsOf(told, "Value")).toEqual(["18", ""]);
    await ask(cos, "PUT", key, { query, body: tagging(["b", "2"]) });
    expect(textsOf(await ask(cos, "GET", key, { query }), "Key")).toEqual(["b"]);
    expect((await ask(cos, "DELETE", key, { query })).status).toBe(204);
    await expectNone();
  });

  test(`may number at most ${most}`, async () => {
    expect((await ask(cos, "PUT", key, { query, body: many(most) })).status).toBe(status);
    expect(await ask(cos, "PUT", key, { query, body: many(most + 1) })).toMatchObject({ code: "InvalidTag" });
    expect(textsOf(await ask(cos, "GET", key, { query }), "Key")).toHaveLength(most);
  });

  test.each([
    ["not XML", "", "MalformedXML"],
    ["no tag set", "<Tagging></Tagging>", "MalformedXML"],
    ["a tag without a value", "<Tagging><TagSet><Tag><Key>k</Key></Tag></TagSet></Tagging>", "MalformedXML"],
    ["a repeated key", tagging(["k", "1"], ["k", "2"]), "InvalidTag"],
    ["an empty key", tagging(["", "1"]), "InvalidTag"],
    // Fewer than 128 and 256 bytes: https://cloud.tencent.com/document/api/436/42997
    ["a key of 128 bytes", tagging(["k".repeat(128), "1"]), "InvalidTag"],
    ["a key of 129 bytes in Chinese", tagging(["键".repeat(43), "1"]), "InvalidTag"],
    ["a value of 256 bytes", tagging(["k", "v".repeat(256)]), "InvalidTag"],
    ["a value of 258 bytes in Chinese", tagging(["k", "值".repeat(86)]), "InvalidTag"],
    ["a character that is not allowed", tagging(["k", "a;b"]), "InvalidTag"],
  ])("stay as they are: %s", async (_what, body, code) => {
    expect(await ask(cos, "PUT", key, { query, body })).toMatchObject({ status: 400, code });
    await expectNone();
  });

  test("need their own rights", async () => {
    for (const method of ["GET", "PUT", "DELETE"] as const) {
      const credential = cos.issue("name/cos:PutObject", "*");
      const sent = { query, credential, ...(method === "PUT" && { body: many(1) }) };
      expect(await ask(cos, method, key, sent)).toMatchObject({ status: 403, code: "AccessDenied" });
    }
  });
});

test("the bucket's tags survive a restart", async () => {
  const file = join(cos.directory, "bucket.json");
  const first = await startCos({ settings: await BucketSettings.open(file) });
  await ask(first, "PUT", "", { query, body: tagging(["k", "v"]) });
  const again = await startCos({ settings: await BucketSettings.open(file) });
  expect(textsOf(await ask(again, "GET", "", { query }), "Key")).toEqual(["k"]);
});

test("an object's tags may have 127 bytes as their key and 255 as their value", async () => {
  const body = tagging(["k".repeat(127), "值".repeat(85)]);
  expect((await ask(cos, "PUT", "a", { query, body })).status).toBe(200);
});

// https://www.tencentcloud.com/document/product/436/35709, of 2026-03-18
test("tags for the version null become the newest version's", async () => {
  await ask(cos, "PUT", "", {
    query: { versioning: "" },
    body: "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
  });
  await ask(cos, "PUT", "a", { body: "newer" });
  await ask(cos, "PUT", "a", { query: { ...query, versionId: "null" }, body: many(1) });
  expect(textsOf(await ask(cos, "GET", "a", { query }), "Key")).toEqual(["k0"]);
  expect(textsOf(await ask(cos, "GET", "a", { query: { ...query, versionId: "null" } }), "Key")).toEqual([]);
});

test("an object can be uploaded with tags, and its headers give their number", async () => {
  const headers = { "x-cos-tagging": "k=%E5%90%8D&l" };
  expect((await ask(cos, "PUT", "b", { headers, body: "b" })).status).toBe(200);
  expect((await ask(cos, "HEAD", "b")).headers["x-cos-tagging-count"]).toBe("2");
  expect(textsOf(await ask(cos, "GET", "b", { query }), "Value")).toEqual(["名", ""]);
  await ask(cos, "DELETE", "b", { query });
  expect((await ask(cos, "HEAD", "b")).headers).not.toHaveProperty("x-cos-tagging-count");
  const refused = await ask(cos, "PUT", "c", { headers: { "x-cos-tagging": "k=1&k=2" }, body: "c" });
  expect(refused).toMatchObject({ status: 400, code: "InvalidTag" });
  expect(cos.store.get("c")).toBeUndefined();
});

test("answers 404 NoSuchKey for the tags of a missing object", async () => {
  for (const method of ["GET", "PUT", "DELETE"] as const) {
    const body = method === "PUT" ? { body: many(1) } : {};
    expect(await ask(cos, method, "none", { query, ...body })).toMatchObject({ code: "NoSuchKey" });
  }
});
