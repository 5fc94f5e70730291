import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { DigestThread } from "../../../../packages/cos-emulator/src/cos/store/digest-thread.ts";
import { UploadGone, UploadStore } from "../../../../packages/cos-emulator/src/cos/store/upload-store.ts";

const ATTRIBUTES = { contentType: "video/mp4", storageClass: "STANDARD", headers: { "x-cos-meta-a": "1" } };
const NOW = 1_767_323_045_000;

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "upload-store-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function openStore(folder: string): Promise<UploadStore> {
  const digests = new DigestThread();
  onTestFinished(() => digests.close());
  return UploadStore.open(folder, digests);
}

async function put(store: UploadStore, uploadId: string, partNumber: number, content: string): Promise<void> {
  const draft = await store.receivePart(uploadId, Readable.from([Buffer.from(content)]), 1000);
  await draft.commit(partNumber, NOW);
}

test("uploads and their parts survive a restart", async () => {
  const folder = await newFolder();
  const store = await openStore(folder);
  const upload = await store.begin("目录/a", ATTRIBUTES, NOW);
  await put(store, upload.uploadId, 2, "two");
  await put(store, upload.uploadId, 1, "one");
  const again = await openStore(folder);
  expect(again.all()).toEqual([upload]);
  expect(again.parts(upload.uploadId)).toEqual(store.parts(upload.uploadId));
  const joined = again.end(upload.uploadId, (parts) => text(again.read(upload.uploadId, parts)));
  expect(await joined).toBe("onetwo");
});

test("data without a part and invalid files are removed at a restart", async () => {
  const folder = await newFolder();
  const store = await openStore(folder);
  const { uploadId } = await store.begin("a", ATTRIBUTES, NOW);
  await put(store, uploadId, 1, "one");
  const inside = join(folder, uploadId);
  const part = JSON.parse(await readFile(join(inside, "part-1.json"), "utf8"));
  await store.receivePart(uploadId, Readable.from([Buffer.from("never committed")]), 1000);
  await writeFile(join(inside, "part-2.json"), "{");
  await writeFile(join(inside, "part-3.json"), JSON.stringify({ ...part, partNumber: 4 }));
  await writeFile(join(inside, "part-5.json"), JSON.stringify({ ...part, partNumber: 5, data: "../../etc" }));
  await mkdir(join(folder, "not-an-upload"));
  const foreign = `${uploadId.slice(0, -4)}${uploadId.endsWith("0000") ? "1111" : "0000"}`;
  await mkdir(join(folder, foreign));
  await writeFile(join(folder, foreign, "upload.json"), await readFile(join(inside, "upload.json")));

  const again = await openStore(folder);
  expect(again.all().map((upload) => upload.uploadId)).toEqual([uploadId]);
  expect(again.parts(uploadId).map(({ partNumber }) => partNumber)).toEqual([1]);
  expect((await readdir(folder)).sort()).toEqual([uploadId, "not-an-upload"]);
  expect((await readdir(inside)).sort()).toEqual(["part-1.json", part.data, "upload.json"].sort());
});

test("a failure while joining leaves the upload as it was", async () => {
  const store = await openStore(await newFolder());
  const { uploadId } = await store.begin("a", ATTRIBUTES, NOW);
  await put(store, uploadId, 1, "one");
  const failing = store.end(uploadId, () => Promise.reject(new Error("no room")));
  await expect(failing).rejects.toThrow("no room");
  expect(store.parts(uploadId)).toHaveLength(1);
});

test("a part waits while the parts are joined, and is then too late", async () => {
  const store = await openStore(await newFolder());
  const { uploadId } = await store.begin("a", ATTRIBUTES, NOW);
  await put(store, uploadId, 1, "one");
  const draft = await store.receivePart(uploadId, Readable.from([Buffer.from("ONE")]), 1000);
  const joined = store.end(uploadId, (parts) => text(store.read(uploadId, parts)));
  const late = draft.commit(1, NOW);
  expect(await joined).toBe("one");
  await expect(late).rejects.toThrow(UploadGone);
});

test("a part for an ended upload is refused, and leaves nothing behind", async () => {
  const folder = await newFolder();
  const store = await openStore(folder);
  const { uploadId } = await store.begin("a", ATTRIBUTES, NOW);
  await store.end(uploadId, async () => undefined);
  await expect(put(store, uploadId, 1, "one")).rejects.toThrow(UploadGone);
  expect(await readdir(folder)).toEqual([]);
});

test("parts are returned by number, from any number on, each with its latest content", async () => {
  const store = await openStore(await newFolder());
  const { uploadId } = await store.begin("a", ATTRIBUTES, NOW);
  for (const number of [10_000, 3, 1, 2]) await put(store, uploadId, number, "x");
  await put(store, uploadId, 2, "again");
  const numbers = (after: number, max: number) => {
    const { parts, isTruncated } = store.partsAfter(uploadId, after, max);
    return [parts.map(({ partNumber }) => partNumber), isTruncated];
  };
  expect(numbers(0, 2)).toEqual([[1, 2], true]);
  expect(numbers(2, 2)).toEqual([[3, 10_000], false]);
  expect(numbers(10_000, 2)).toEqual([[], false]);
  expect(numbers(0, 0)).toEqual([[], false]);
  expect(store.parts(uploadId).map(({ size }) => size)).toEqual([1, 5, 1, 1]);
});

test("uploads are listed in order, and no longer once they have ended", async () => {
  const folder = await newFolder();
  const store = await openStore(folder);
  for (const key of ["b", "a", "图", "a"]) await store.begin(key, ATTRIBUTES, NOW);
  const keys = (from: UploadStore) => [...from.ordered.from(() => false)].map(({ key }) => key);
  expect(keys(store)).toEqual(["a", "a", "b", "图"]);
  expect(keys(await openStore(folder))).toEqual(["a", "a", "b", "图"]);
  const [first] = store.ordered.from(() => false);
  await store.end(first?.uploadId ?? "", async () => undefined);
  expect(keys(store)).toEqual(["a", "b", "图"]);
});
