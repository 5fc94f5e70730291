import { randomUUID } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { NotOwnError } from "../../../../packages/cos-emulator/src/cloud/own-files.ts";
import { ObjectExists, ObjectStore } from "../../../../packages/cos-emulator/src/cos/store/object-store.ts";
import { TooManyBytes } from "../../../../packages/cos-emulator/src/cos/store/receive-file.ts";
import { giveToAnotherUser } from "../another-user.ts";

const ATTRIBUTES = { contentType: "text/plain", storageClass: "STANDARD", headers: { "x-cos-meta-a": "1" } };
const OPTIONS = { lastModified: 1_767_323_045_000, ifAbsent: false };

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cos-store-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function put(store: ObjectStore, key: string, content: string): Promise<void> {
  const draft = await store.receive(Readable.from([Buffer.from(content)]), 1000);
  await draft.commit(key, ATTRIBUTES, OPTIONS);
}

async function contentOf(store: ObjectStore, key: string): Promise<string> {
  const object = store.get(key);
  const stream = object && (await store.read(object));
  if (stream === undefined) throw new Error(`no ${key}`);
  return text(stream);
}

test("objects survive a restart", async () => {
  const folder = await newFolder();
  const store = await ObjectStore.open(folder);
  await put(store, "目录/a", "one");
  await put(store, "b", "two");
  await store.delete("b");
  const again = await ObjectStore.open(folder);
  expect(again.all()).toEqual([store.get("目录/a")]);
  expect(await contentOf(again, "目录/a")).toBe("one");
});

test("data without an index entry and invalid files are removed at a restart", async () => {
  const folder = await newFolder();
  const store = await ObjectStore.open(folder);
  await put(store, "a", "one");
  await store.receive(Readable.from([Buffer.from("never committed")]), 1000);
  const [name = ""] = await readdir(join(folder, "index"));
  const another = (digit: string) =>
    join(folder, "index", name.replace(/^./, digit === name[0] ? "0" : digit));
  await writeFile(another("1"), "{");
  await writeFile(another("2"), "[]");
  await writeFile(join(folder, "index", `${name}.${randomUUID()}`), "half of a file");
  await writeFile(another("3"), JSON.stringify({ ...store.get("a"), data: "../../etc" }));
  const again = await ObjectStore.open(folder);
  expect(again.all()).toHaveLength(1);
  expect(await readdir(join(folder, "data"))).toHaveLength(1);
  expect(await readdir(join(folder, "index"))).toHaveLength(1);
});

test("a folder that was already in use loses no file that the store did not write", async () => {
  const folder = await newFolder();
  const files = ["data/ship.obj", "index/list.json", "uploads/2026/a.jpg"].map((name) => join(folder, name));
  for (const file of files) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, "somebody's own");
  }
  await put(await ObjectStore.open(folder), "a", "one");
  expect((await ObjectStore.open(folder)).all()).toHaveLength(1);
  for (const file of files) expect(await readFile(file, "utf8")).toBe("somebody's own");
});

test.each(["", "data", "index", "uploads"])(
  "attack: another user of this machine created the store's folder %s",
  async (name) => {
    const folder = await newFolder();
    await ObjectStore.open(folder);
    await giveToAnotherUser(join(folder, name));
    await expect(ObjectStore.open(folder)).rejects.toThrow(NotOwnError);
  },
);

test("a source that fails leaves no file behind", async () => {
  const folder = await newFolder();
  const store = await ObjectStore.open(folder);
  const source = Readable.from(
    (async function* () {
      yield Buffer.from("some");
      throw new Error("cut");
    })(),
  );
  await expect(store.receive(source, 1000)).rejects.toThrow("cut");
  expect(await readdir(join(folder, "data"))).toEqual([]);
});

test("a source that sends too much is stopped, and leaves no file behind", async () => {
  const folder = await newFolder();
  const store = await ObjectStore.open(folder);
  let pulled = 0;
  const source = Readable.from(
    (function* () {
      for (; pulled < 1000; pulled += 1) yield Buffer.alloc(100_000);
    })(),
  );
  await expect(store.receive(source, 1000)).rejects.toThrow(TooManyBytes);
  expect(pulled).toBeLessThan(100);
  expect(await readdir(join(folder, "data"))).toEqual([]);
});

test("bytes are written as they come: of 50 MB, no more than 4 MB wait in memory", async () => {
  const folder = await newFolder();
  const store = await ObjectStore.open(folder);
  const CHUNK = Buffer.alloc(65_536);
  let pulled = 0;
  let mostWaiting = 0;
  const source = Readable.from(
    (function* () {
      for (; pulled < 800 * CHUNK.length; pulled += CHUNK.length) {
        const [name = ""] = readdirSync(join(folder, "data"));
        mostWaiting = Math.max(mostWaiting, pulled - statSync(join(folder, "data", name)).size);
        yield CHUNK;
      }
    })(),
  );
  const { size } = await store.receive(source, Number.MAX_SAFE_INTEGER);
  expect(size).toBe(50 * 1024 ** 2);
  expect(mostWaiting).toBeLessThan(4 * 1024 ** 2);
});

test("a draft for an absent key does not replace an object stored meanwhile", async () => {
  const store = await ObjectStore.open(await newFolder());
  const draft = await store.receive(Readable.from([Buffer.from("late")]), 1000);
  await put(store, "a", "early");
  await expect(draft.commit("a", ATTRIBUTES, { ...OPTIONS, ifAbsent: true })).rejects.toThrow(ObjectExists);
  expect(await contentOf(store, "a")).toBe("early");
});

test("a reader keeps the bytes that it started with when the object is replaced", async () => {
  const store = await ObjectStore.open(await newFolder());
  await put(store, "a", "old");
  const before = store.get("a");
  if (before === undefined) throw new Error("no object");
  const stream = await store.read(before);
  await put(store, "a", "new");
  expect(stream && (await text(stream))).toBe("old");
  expect(await store.read(before)).toBeUndefined();
  expect(await contentOf(store, "a")).toBe("new");
});

test("keys that differ only in case or in Unicode form are different objects", async () => {
  const store = await ObjectStore.open(await newFolder());
  for (const key of ["a", "A", "\u00e9", "e\u0301"]) await put(store, key, key);
  expect(store.all()).toHaveLength(4);
  expect(await contentOf(store, "e\u0301")).toBe("e\u0301");
});

test("versions, markers, tags and ACLs survive a restart, with no other data files", async () => {
  const folder = await newFolder();
  const store = await ObjectStore.open(folder);
  const acl = {
    canned: "public-read",
    grants: [{ grantee: "qcs::cam::uin/1:uin/2", permission: "READ" }],
  } as const;
  const keepsVersions = { ...OPTIONS, keepsVersions: true };
  for (const content of ["one", "two"]) {
    const draft = await store.receive(Readable.from([Buffer.from(content)]), 1000);
    await draft.commit("a", { ...ATTRIBUTES, acl, tags: [{ key: "k", value: "v" }] }, keepsVersions);
  }
  await store.mark("a", keepsVersions);
  const [, newest] = store.versions("a");
  await store.remove("a", newest?.versionId ?? "");
  const again = await ObjectStore.open(folder);
  expect(again.versions("a")).toEqual(store.versions("a"));
  expect(again.versions("a")).toHaveLength(2);
  expect(again.versions("a")[1]).toMatchObject({ acl, tags: [{ key: "k", value: "v" }] });
  expect(await readdir(join(folder, "data"))).toHaveLength(1);
});

test("objects of a store without versions become the version null", async () => {
  const folder = await newFolder();
  const store = await ObjectStore.open(folder);
  await put(store, "a", "one");
  const [name = ""] = await readdir(join(folder, "index"));
  const { versionId: _, ...object } = { ...store.get("a") };
  await writeFile(join(folder, "index", name), JSON.stringify(object));
  const again = await ObjectStore.open(folder);
  expect(again.versions("a")).toEqual([{ ...object, versionId: "null" }]);
  expect(await contentOf(again, "a")).toBe("one");
});
