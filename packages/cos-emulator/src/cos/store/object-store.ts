import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { ByteRange } from "../http/range.ts";
import { type ReceivedFile, receiveFile } from "./receive-file.ts";
import { type ObjectAttributes, parseStoredObject, type StoredObject } from "./stored-object.ts";
import { UploadStore } from "./upload-store.ts";

/** Thrown by {@link ObjectDraft.commit} when the key must not exist yet and does. */
export class ObjectExists extends Error {
  override readonly name = "ObjectExists";
}

/** Bytes that have arrived and belong to no key yet: either committed or discarded. */
export interface ObjectDraft extends ReceivedFile {
  /**
   * Puts the bytes under `key`, replacing what was there.
   *
   * @throws {ObjectExists} with `ifAbsent`, when the key exists
   */
  commit(key: string, attributes: ObjectAttributes, options: CommitOptions): Promise<StoredObject>;
  discard(): Promise<void>;
}

export interface CommitOptions {
  /** Milliseconds since the Unix epoch. */
  readonly lastModified: number;
  readonly ifAbsent: boolean;
  /** Without its quotes, for an object that was put together from parts. @default the MD5 */
  readonly etag?: string;
}

/**
 * Objects in a folder: `data/` holds the bytes under random names, `index/` one JSON file a key, named by the key's
 * SHA-256, so that no key can reach outside. An object changes with one rename of its index file; bytes that no index
 * file names were never committed, and are removed at the next start. `uploads/` holds what is not an object yet. One
 * process owns the folder.
 */
export class ObjectStore {
  /** The multipart uploads that are under way. */
  readonly uploads: UploadStore;
  readonly #directory: string;
  readonly #objects = new Map<string, StoredObject>();
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(directory: string, uploads: UploadStore) {
    this.#directory = directory;
    this.uploads = uploads;
  }

  /** Opens the store in `directory`, which is made when it is missing. */
  static async open(directory: string): Promise<ObjectStore> {
    const store = new ObjectStore(directory, await UploadStore.open(join(directory, "uploads")));
    await mkdir(join(directory, "data"), { recursive: true });
    await mkdir(join(directory, "index"), { recursive: true });
    await store.#load();
    return store;
  }

  /** What is stored under the key, without its bytes. */
  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  /** Every object, in no particular order. */
  all(): readonly StoredObject[] {
    return [...this.#objects.values()];
  }

  /** The object's bytes; undefined when it was replaced or deleted since `object` was looked up. */
  async read(object: StoredObject, range?: ByteRange): Promise<Readable | undefined> {
    try {
      const file = await open(this.#dataPath(object.data), "r");
      return file.createReadStream(range === undefined ? {} : { start: range.first, end: range.last });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /**
   * Takes bytes in. When the source breaks off, or brings more than `maxBytes`, nothing is left behind.
   *
   * @throws {TooManyBytes} or what the source fails with
   */
  async receive(source: Readable, maxBytes: number): Promise<ObjectDraft> {
    const data = randomUUID();
    const path = this.#dataPath(data);
    const received = await receiveFile(source, path, maxBytes);
    return {
      ...received,
      commit: (key, attributes, { lastModified, etag, ifAbsent }) =>
        this.#commit(
          { key, ...received, data, lastModified, ...attributes, ...(etag !== undefined && { etag }) },
          ifAbsent,
        ),
      discard: () => rm(path, { force: true }),
    };
  }

  /** Whether there was something to delete. */
  delete(key: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const object = this.#objects.get(key);
      if (object === undefined) return false;
      await rm(this.#indexPath(key), { force: true });
      this.#objects.delete(key);
      await rm(this.#dataPath(object.data), { force: true });
      return true;
    });
  }

  #commit(object: StoredObject, ifAbsent: boolean): Promise<StoredObject> {
    return this.#inTurn(async () => {
      const before = this.#objects.get(object.key);
      if (ifAbsent && before !== undefined) {
        await rm(this.#dataPath(object.data), { force: true });
        throw new ObjectExists(object.key);
      }
      const path = this.#indexPath(object.key);
      const temporary = `${path}.${object.data}`;
      await writeFile(temporary, JSON.stringify(object));
      await rename(temporary, path);
      this.#objects.set(object.key, object);
      if (before !== undefined) await rm(this.#dataPath(before.data), { force: true });
      return object;
    });
  }

  /** Changes happen one after the other, so that "absent" is still true when the new object takes its place. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(change);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #load(): Promise<void> {
    for (const name of await readdir(join(this.#directory, "index"))) {
      const path = join(this.#directory, "index", name);
      const object = name.endsWith(".json") ? parseStoredObject(await readFile(path, "utf8")) : undefined;
      if (object !== undefined && this.#indexPath(object.key) === path) this.#objects.set(object.key, object);
      else await rm(path, { force: true });
    }
    const named = new Set([...this.#objects.values()].map((object) => object.data));
    for (const name of await readdir(join(this.#directory, "data"))) {
      if (!named.has(name)) await rm(join(this.#directory, "data", name), { force: true });
    }
  }

  #indexPath(key: string): string {
    return join(this.#directory, "index", `${createHash("sha256").update(key).digest("hex")}.json`);
  }

  #dataPath(data: string): string {
    return join(this.#directory, "data", data);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
