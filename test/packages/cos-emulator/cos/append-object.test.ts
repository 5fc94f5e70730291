import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { type Asked, ask } from "./asking.ts";
import { startCos, type TestCos } from "./support.ts";

let cos: TestCos;

beforeEach(async () => {
  cos = await startCos({ maxObjectBytes: 20 });
});

const append = (position: string, body: string, more: Asked = {}) =>
  ask(cos, "POST", "log.txt", { query: { append: "", position }, body, ...more });

test("appends each piece at the object's end", async () => {
  expect((await append("0", "one,", { headers: { "x-cos-meta-a": "1" } })).headers).toMatchObject({
    "x-cos-next-append-position": "4",
  });
  const first = (await ask(cos, "HEAD", "log.txt")).headers;
  expect((await append("4", "two")).headers["x-cos-next-append-position"]).toBe("7");
  const { headers, body } = await ask(cos, "GET", "log.txt");
  expect(body.toString()).toBe("one,two");
  expect(headers).toMatchObject({
    "content-length": "7",
    "content-type": "text/plain",
    "x-cos-meta-a": "1",
    "x-cos-object-type": "appendable",
  });
  expect(headers["etag"]).not.toBe(first["etag"]);
  expect(await readdir(join(cos.directory, "data"))).toHaveLength(1);
});

test("the answer has the piece's MD5 where cos-go-sdk-v5 expects it", async () => {
  await append("0", "one,");
  const { headers } = await append("4", "two");
  expect(headers["x-cos-content-sha1"]).toBe(createHash("md5").update("two").digest("hex"));
});

test("a reader that began before a piece was added reads what there was then", async () => {
  await append("0", "one,");
  const before = cos.store.get("log.txt");
  if (before === undefined) throw new Error("no object");
  await append("4", "two");
  const stream = await cos.store.read(before);
  let text = "";
  for await (const chunk of stream ?? []) text += chunk;
  expect(text).toBe("one,");
});

test.each([
  ["3", 409, "AppendPositionErr"],
  ["5", 409, "AppendPositionErr"],
  ["-1", 400, "InvalidArgument"],
  ["", 400, "InvalidArgument"],
])("refuses the position %j of 4 bytes, and adds nothing", async (position, status, code) => {
  await append("0", "one,");
  expect(await append(position, "x")).toMatchObject({ status, code });
  expect(cos.store.get("log.txt")?.size).toBe(4);
  expect(await readdir(join(cos.directory, "data"))).toHaveLength(1);
});

test("an object stored by PUT is not appendable, and a PUT makes an appendable object ordinary", async () => {
  await append("0", "one,");
  await ask(cos, "PUT", "log.txt", { body: "put" });
  expect(await append("3", "x")).toMatchObject({ status: 409, code: "ObjectNotAppendable" });
  expect((await ask(cos, "GET", "log.txt")).headers).not.toHaveProperty("x-cos-object-type");
});

test("refuses a piece that would make the object too large", async () => {
  await append("0", "0123456789");
  expect(await append("10", "0123456789.")).toMatchObject({ status: 400, code: "EntityTooLarge" });
  expect((await append("10", "0123456789")).status).toBe(200);
  expect(cos.store.get("log.txt")?.size).toBe(20);
});

// The whole may have 5 GB (436/7741).
test("a position beyond a billion is a position too", async () => {
  cos = await startCos();
  await append("0", "one,");
  expect(await append("5000000000", "x")).toMatchObject({ status: 409, code: "AppendPositionErr" });
});

test("of two pieces for the same position, the second is refused", async () => {
  const statuses = (await Promise.all([append("0", "a"), append("0", "b")])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, 409]);
  expect(cos.store.get("log.txt")?.size).toBe(1);
});

test("with versioning, an appended object is the version null, and is kept when a PUT follows", async () => {
  const status = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
  await ask(cos, "PUT", "", { query: { versioning: "" }, body: status });
  await append("0", "one,");
  expect((await append("4", "two")).status).toBe(200);
  expect(cos.store.versions("log.txt").map(({ versionId }) => versionId)).toEqual(["null"]);
  await ask(cos, "PUT", "log.txt", { body: "put" });
  expect((await ask(cos, "GET", "log.txt")).body.toString()).toBe("put");
  const kept = await ask(cos, "GET", "log.txt", { query: { versionId: "null" } });
  expect(kept.body.toString()).toBe("one,two");
  expect(await append("3", "x")).toMatchObject({ status: 409, code: "ObjectNotAppendable" });
});

test("after a delete marker, it starts from 0", async () => {
  const status = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
  await append("0", "one,");
  await ask(cos, "PUT", "", { query: { versioning: "" }, body: status });
  await ask(cos, "DELETE", "log.txt");
  expect(await append("4", "x")).toMatchObject({ status: 409, code: "AppendPositionErr" });
  expect((await append("0", "anew")).status).toBe(200);
  expect((await ask(cos, "GET", "log.txt")).body.toString()).toBe("anew");
});

test("needs its own right", async () => {
  const credential = cos.issue("name/cos:PutObject", "log.txt");
  expect(await append("0", "x", { credential })).toMatchObject({ status: 403, code: "AccessDenied" });
  expect(cos.store.keys()).toEqual([]);
});

// The notes of https://cloud.tencent.com/document/product/436/7741
test("an appendable object is never in INTELLIGENT_TIERING, and keeps its class whatever class a piece names", async () => {
  const tiering = { headers: { "x-cos-storage-class": "INTELLIGENT_TIERING" } };
  expect(await append("0", "one,", tiering)).toMatchObject({ status: 400, code: "NotSupportedStorageClass" });
  await append("0", "one,", { headers: { "x-cos-storage-class": "STANDARD_IA" } });
  expect((await append("4", "two", tiering)).status).toBe(200);
  expect((await ask(cos, "HEAD", "log.txt")).headers["x-cos-storage-class"]).toBe("STANDARD_IA");
});

test("a bucket in several zones has no appendable objects", async () => {
  const kind = "<CreateBucketConfiguration><BucketAZConfig>MAZ</BucketAZConfig></CreateBucketConfiguration>";
  await cos.buckets.default.settings.put("kind", kind);
  expect(await append("0", "one,")).toMatchObject({ status: 400, code: "OAZOperationNotSupportOnMAZBucket" });
  expect(cos.store.get("log.txt")).toBeUndefined();
});
