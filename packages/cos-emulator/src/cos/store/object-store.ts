import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { openOwnFolder } from "../../cloud/own-files.ts";
import type { ByteRange } from "../http/range.ts";
import { joined } from "./crc64.ts";
import { DigestThread } from "./digest-thread.ts";
import { compareBytes } from "./keys.ts";
import { isUuid } from "./parse-json.ts";
import { PIECE_BYTES } from "./piece.ts";
import { type ReceivedFile, receiveFile } from "./receive-file.ts";
import { type Ordered, SortedList } from "./sorted-list.ts";
import {
  type DeleteMarker,
  isDeleteMarker,
  isLocked,
  NULL_VERSION,
  type ObjectAttributes,
  parseVersions,
  type StoredObject,
  type StoredVersion,
} from "./stored-object.ts";
import { UploadStore } from "./upload-store.ts";
import { newVersionId } from "./version-id.ts";

/** Thrown when a version is to be replaced or removed that is locked. */
export class ObjectIsLocked extends Error {
  override readonly name = "ObjectIsLocked";
}

/** Thrown by {@link ObjectDraft.commit} when the key must not exist yet but does. */
export class ObjectExists extends Error {
  override readonly name = "ObjectExists";
}

/** Thrown by {@link ObjectDraft.append} when the existing object cannot be appended to. */
export class NotAppendable extends Error {
  override readonly name = "NotAppendable";
}

/** Thrown by {@link ObjectDraft.append} when the object does not end at the given position. */
export class WrongPosition extends Error {
  override readonly name = "WrongPosition";
  /** The object's size in bytes; 0 without one. */
  readonly size: number;

  constructor(size: number) {
    super(`the object has ${size} bytes`);
    this.size = size;
  }
}

/** Bytes that have arrived but belong to no key yet. They must be committed, appended or discarded. */
export interface ObjectDraft extends ReceivedFile {
  /**
   * Makes the bytes the newest version of `key`.
   *
   * @throws {ObjectExists} with `ifAbsent`, when the key exists
   * @throws {ObjectIsLocked} when it would replace a version that is locked at `lastModified`
   */
  commit(key: string, attributes: ObjectAttributes, options: CommitOptions): Promise<StoredObject>;
  /**
   * Appends the bytes to the appendable object under `key`, or creates one from them.
   *
   * @param position in bytes, where the object must end
   * @param attributes for a new object
   * @param lastModified milliseconds since the Unix epoch
   * @throws {NotAppendable}
   * @throws {WrongPosition}
   * @throws {ObjectIsLocked}
   */
  append(
    key: string,
    attributes: ObjectAttributes,
    position: number,
    lastModified: number,
  ): Promise<StoredObject>;
  discard(): Promise<void>;
}

export interface VersionOptions {
  /** Milliseconds since the Unix epoch. */
  readonly lastModified: number;
  /**
   * Whether all earlier versions stay, since versioning is enabled. Otherwise the new one is called `null` and replaces
   * the previous one of this name.
   *
   * @default false
   */
  readonly keepsVersions?: boolean;
}

export interface CommitOptions extends VersionOptions {
  readonly ifAbsent: boolean;
  /** Without its quotes, for an object that was made from parts. @default the MD5 */
  readonly etag?: string;
}

/** A key's file in `index/`, and what it is renamed from. */
const INDEX_FILE = /^[0-9a-f]{64}\.json(?:\.[0-9a-f-]{36})?$/;

/**
 * Objects in a folder: `data/` has the bytes under random names, `index/` one JSON file per key, with its versions from
 * the newest to the oldest, named by the key's SHA-256, so that no key can reach outside. A key changes with one rename
 * of its index file; bytes that no index file names were never committed, and are removed at the next start. `uploads/`
 * has the multipart uploads in progress. One process owns the folder.
 */
export class ObjectStore {
  /** The multipart uploads in progress. */
  readonly uploads: UploadStore;
  readonly #directory: string;
  readonly #digests: DigestThread;
  /** By key, the newest version first; never empty. */
  readonly #versions = new Map<string, readonly StoredVersion[]>();
  /** The keys of {@link #versions}. */
  readonly #keys = new SortedList<string>(compareBytes);
  /** By key, the last change in its queue. */
  readonly #turns = new Map<string, Promise<unknown>>();

  private constructor(directory: string, uploads: UploadStore, digests: DigestThread) {
    this.#directory = directory;
    this.#digests = digests;
    this.uploads = uploads;
  }

  /**
   * Opens the store in `directory`, which is created if it is missing.
   *
   * @throws {NotOwnError} when it belongs to another user
   */
  static async open(directory: string): Promise<ObjectStore> {
    await openOwnFolder(directory);
    const digests = new DigestThread();
    const uploads = await UploadStore.open(join(directory, "uploads"), digests);
    const store = new ObjectStore(directory, uploads, digests);
    await openOwnFolder(join(directory, "data"));
    await openOwnFolder(join(directory, "index"));
    await store.#load();
    return store;
  }

  /** The object under the key, without its bytes; undefined when it was deleted, with or without a marker. */
  get(key: string): StoredObject | undefined {
    const [newest] = this.versions(key);
    return newest === undefined || isDeleteMarker(newest) ? undefined : newest;
  }

  /** Every version of the key, the newest first; empty for a key that does not exist. */
  versions(key: string): readonly StoredVersion[] {
    return this.#versions.get(key) ?? [];
  }

  /** Every object that {@link get} returns, in no particular order. */
  all(): readonly StoredObject[] {
    return this.keys().flatMap((key) => this.get(key) ?? []);
  }

  /** Every key that has a version, in no particular order. */
  keys(): readonly string[] {
    return [...this.#versions.keys()];
  }

  /** Every key that has a version, in the order of the UTF-8 bytes. */
  get ordered(): Ordered<string> {
    return this.#keys;
  }

  /** The object's bytes; undefined when it was replaced or deleted since `object` was looked up. */
  async read(object: StoredObject, range?: ByteRange): Promise<Readable | undefined> {
    try {
      const file = await open(this.#dataPath(object.data), "r");
      if (object.size > 0) {
        // An appendable object's file may have grown since `object` was looked up.
        const { first, last } = range ?? { first: 0, last: object.size - 1 };
        return file.createReadStream({ start: first, end: last, highWaterMark: PIECE_BYTES });
      }
      await file.close();
      return Readable.from([]);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /**
   * Receives bytes. When the source breaks off, or sends more than `maxBytes`, nothing is left behind.
   *
   * @throws {TooManyBytes} or the source's error
   */
  async receive(source: Readable, maxBytes: number): Promise<ObjectDraft> {
    const data = randomUUID();
    const path = this.#dataPath(data);
    const received = await receiveFile(source, path, maxBytes, this.#digests);
    return {
      ...received,
      commit: (key, attributes, { ifAbsent, etag, ...options }) =>
        this.#inTurn(key, async () => {
          if (ifAbsent && this.get(key) !== undefined) {
            await rm(path, { force: true });
            throw new ObjectExists(key);
          }
          const { lastModified } = options;
          const versionId = this.#versionId(key, options);
          const object = { key, versionId, ...received, data, lastModified, ...attributes };
          return this.#add(etag === undefined ? object : { ...object, etag });
        }),
      append: (key, attributes, position, lastModified) =>
        this.#inTurn(key, () => {
          const piece = { key, versionId: NULL_VERSION, ...received, data, lastModified, ...attributes };
          return this.#append({ ...piece, appendable: true }, position);
        }),
      discard: () => rm(path, { force: true }),
    };
  }

  /**
   * Puts a delete marker in front of the key's versions; the key need not exist.
   *
   * @throws {ObjectIsLocked} when it would replace a version that is locked at `lastModified`
   */
  mark(key: string, options: VersionOptions): Promise<DeleteMarker> {
    return this.#inTurn(key, () => {
      const versionId = this.#versionId(key, options);
      return this.#add({ key, versionId, lastModified: options.lastModified, isDeleteMarker: true });
    });
  }

  /**
   * Deletes one version for good and returns it; undefined when it does not exist.
   *
   * @param now milliseconds since the Unix epoch, so that no locked version is deleted. @default locked or not
   * @throws {ObjectIsLocked}
   */
  remove(key: string, versionId: string, now?: number): Promise<StoredVersion | undefined> {
    return this.#inTurn(key, async () => {
      const before = this.versions(key);
      const removed = before.find((version) => version.versionId === versionId);
      if (removed !== undefined) {
        if (now !== undefined && isLocked(removed, now)) throw new ObjectIsLocked(key);
        await this.#replace(
          key,
          before.filter((version) => version !== removed),
        );
      }
      return removed;
    });
  }

  /** Deletes every version of the key for good. Returns whether there was one. */
  delete(key: string): Promise<boolean> {
    return this.#inTurn(key, async () => {
      if (this.versions(key).length === 0) return false;
      await this.#replace(key, []);
      return true;
    });
  }

  /** Deletes every version of every key, and aborts every multipart upload. */
  async clear(): Promise<void> {
    await this.uploads.clear();
    for (const key of this.keys()) await this.delete(key);
  }

  /**
   * Changes an object's attributes, but not its bytes or its time.
   *
   * @param changed the new attributes; no other change of the object comes between this and storing them
   * @returns the changed object; undefined when this version no longer exists
   * @throws whatever `changed` throws
   */
  change(
    { key, versionId }: StoredObject,
    changed: (before: StoredObject) => Partial<ObjectAttributes>,
  ): Promise<StoredObject | undefined> {
    return this.#inTurn(key, async () => {
      const versions = this.versions(key);
      const before = versions.find((version) => version.versionId === versionId);
      if (before === undefined || isDeleteMarker(before)) return undefined;
      const after = { ...before, ...changed(before) };
      await this.#replace(
        key,
        versions.map((version) => (version === before ? after : version)),
      );
      return after;
    });
  }

  /** Stops the store's thread; large files that are being received fail. Everything that is stored stays. */
  close(): Promise<void> {
    return this.#digests.close();
  }

  #versionId(key: string, { lastModified, keepsVersions = false }: VersionOptions): string {
    const ids = new Set(this.versions(key).map(({ versionId }) => versionId));
    return keepsVersions ? newVersionId(lastModified, (id) => ids.has(id)) : NULL_VERSION;
  }

  async #add<Version extends StoredVersion>(added: Version): Promise<Version> {
    const { key, versionId, lastModified } = added;
    const before = this.versions(key);
    const replaced = before.find((one) => one.versionId === versionId);
    if (replaced !== undefined && isLocked(replaced, lastModified)) throw new ObjectIsLocked(key);
    await this.#replace(key, [added, ...before.filter((one) => one !== replaced)]);
    return added;
  }

  async #append(piece: StoredObject & ReceivedFile, position: number): Promise<StoredObject> {
    const { key, lastModified } = piece;
    const before = this.get(key);
    if (before !== undefined && before.appendable !== true) throw new NotAppendable(key);
    if (before !== undefined && isLocked(before, lastModified)) throw new ObjectIsLocked(key);
    const size = before?.size ?? 0;
    if (size !== position) throw new WrongPosition(size);
    if (before === undefined) return this.#add(piece);
    const path = this.#dataPath(before.data);
    // Removes what an interrupted attempt left after the end.
    await truncate(path, size);
    await pipeline(createReadStream(this.#dataPath(piece.data)), createWriteStream(path, { flags: "a" }));
    const etag = createHash("md5")
      .update(`${before.etag ?? before.md5}${piece.md5}`)
      .digest("hex");
    const { crc64: crc64Before, ...unchanged } = before;
    const after = {
      ...unchanged,
      size: size + piece.size,
      etag,
      lastModified,
      // Without the beginning's, the whole object's is unknown.
      ...(crc64Before !== undefined && { crc64: joined(crc64Before, piece.crc64, piece.size) }),
    };
    await this.#replace(
      key,
      this.versions(key).map((version) => (version === before ? after : version)),
    );
    await rm(this.#dataPath(piece.data), { force: true });
    return after;
  }

  /** Writes a key's versions, and removes the bytes of those that are gone. */
  async #replace(key: string, versions: readonly StoredVersion[]): Promise<void> {
    const before = dataOf(this.versions(key));
    const path = this.#indexPath(key);
    if (versions.length === 0) {
      await rm(path, { force: true });
      this.#versions.delete(key);
      this.#keys.delete(key);
    } else {
      const temporary = `${path}.${randomUUID()}`;
      await writeFile(temporary, JSON.stringify(versions));
      await rename(temporary, path);
      this.#keep(key, versions);
    }
    const after = new Set(dataOf(versions));
    for (const data of before) {
      if (!after.has(data)) await rm(this.#dataPath(data), { force: true });
    }
  }

  #keep(key: string, versions: readonly StoredVersion[]): void {
    if (!this.#versions.has(key)) this.#keys.set(key);
    this.#versions.set(key, versions);
  }

  /** A key's changes happen one after the other, so that a key that was absent still is when the object is added. */
  #inTurn<T>(key: string, change: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(change);
    const done = turn
      .catch(() => undefined)
      .then(() => {
        if (this.#turns.get(key) === done) this.#turns.delete(key);
      });
    this.#turns.set(key, done);
    return turn;
  }

  /** Removes what belongs to no object, but no file that a store does not write: the folder may have been in use. */
  async #load(): Promise<void> {
    for (const name of await readdir(join(this.#directory, "index"))) {
      if (!INDEX_FILE.test(name)) continue;
      const path = join(this.#directory, "index", name);
      const versions = name.endsWith(".json") ? parseVersions(await readFile(path, "utf8")) : undefined;
      const key = versions?.[0]?.key;
      if (versions !== undefined && key !== undefined && this.#indexPath(key) === path) {
        this.#keep(key, versions);
      } else {
        await rm(path, { force: true });
      }
    }
    const named = new Set([...this.#versions.values()].flatMap(dataOf));
    for (const name of await readdir(join(this.#directory, "data"))) {
      if (isUuid(name) && !named.has(name)) await rm(join(this.#directory, "data", name), { force: true });
    }
  }

  #indexPath(key: string): string {
    return join(this.#directory, "index", `${createHash("sha256").update(key).digest("hex")}.json`);
  }

  #dataPath(data: string): string {
    return join(this.#directory, "data", data);
  }
}

function dataOf(versions: readonly StoredVersion[]): readonly string[] {
  return versions.flatMap((version) => (isDeleteMarker(version) ? [] : version.data));
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
