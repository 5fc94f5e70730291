import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ObjectAttributes, parseStoredObject, type StoredObject } from "./stored-object.ts";

/** Thrown by {@link ObjectStore.receive} as soon as more bytes came than were allowed. */
export class ObjectTooLarge extends Error {
  override readonly name = "ObjectTooLarge";
}

/** Thrown by {@link ObjectDraft.commit} when the key must not exist yet and does. */
export class ObjectExists extends Error {
  override readonly name = "ObjectExists";
}

/** Bytes that have arrived and belong to no key yet: either committed or discarded. */
export interface ObjectDraft {
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex. */
  readonly md5: string;
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
}

/** The first and the last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Objects in a folder: `data/` holds the bytes under random names, `index/` one JSON file a key, named by the key's
 * SHA-256, so that no key can reach outside. An object changes with one rename of its index file; bytes that no index
 * file names were never committed, and are removed at the next start. One process owns the folder.
 */
export class ObjectStore {
  readonly #directory: string;
  readonly #objects = new Map<string, StoredObject>();
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Opens the store in `directory`, which is made when it is missing. */
  static async open(directory: string): Promise<ObjectStore> {
    const store = new ObjectStore(directory);
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
   * @throws {ObjectTooLarge} or what the source fails with
   */
  async receive(source: Readable, maxBytes: number): Promise<ObjectDraft> {
    const data = randomUUID();
    const path = this.#dataPath(data);
    const hash = createHash("md5");
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length;
        if (size > maxBytes) return done(new ObjectTooLarge(`more than ${maxBytes} bytes`));
        hash.update(chunk);
        return done(null, chunk);
      },
    });
    try {
      await pipeline(source, measure, createWriteStream(path, { flags: "wx" }));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    const md5 = hash.digest("hex");
    return {
      size,
      md5,
      commit: (key, attributes, options) =>
        this.#commit(
          { key, size, md5, data, lastModified: options.lastModified, ...attributes },
          options.ifAbsent,
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
