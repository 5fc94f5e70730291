import { randomBytes, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { openOwnFolder } from "../../cloud/own-files.ts";
import type { DigestThread } from "./digest-thread.ts";
import { compareUploads } from "./list-uploads.ts";
import { PIECE_BYTES } from "./piece.ts";
import { type ReceivedFile, receiveFile } from "./receive-file.ts";
import { type Ordered, SortedList } from "./sorted-list.ts";
import type { ObjectAttributes } from "./stored-object.ts";
import { parseStoredPart, parseStoredUpload, type StoredPart, type StoredUpload } from "./stored-upload.ts";

/** Thrown when an upload was completed, aborted or never begun. */
export class UploadGone extends Error {
  override readonly name = "UploadGone";
}

/** A part's bytes that have arrived but do not count yet. They must be committed or discarded. */
export interface PartDraft extends ReceivedFile {
  /**
   * Makes them the part with this number, and replaces the previous one.
   *
   * @param lastModified milliseconds since the Unix epoch
   * @throws {UploadGone} when the upload has ended in the meantime
   */
  commit(partNumber: number, lastModified: number): Promise<StoredPart>;
  discard(): Promise<void>;
}

export interface PartListing {
  readonly parts: readonly StoredPart[];
  readonly isTruncated: boolean;
}

interface Ongoing {
  readonly upload: StoredUpload;
  /** By number. */
  readonly parts: SortedList<StoredPart>;
  queue: Promise<unknown>;
}

/** Unix seconds and 64 hex digits, like the documentation's examples (436/7746). */
const UPLOAD_ID = /^\d{10}[0-9a-f]{64}$/;

const UPLOAD_FILE = "upload.json";
const partFile = (partNumber: number) => `part-${partNumber}.json`;

/**
 * Multipart uploads in a folder, one folder per upload, named by its UploadId: `upload.json`, a JSON file per part, and
 * the parts' bytes under random names. A part changes with one rename of its JSON file; bytes that no JSON file names
 * are removed at the next start.
 */
export class UploadStore {
  readonly #directory: string;
  readonly #digests: DigestThread;
  readonly #uploads = new Map<string, Ongoing>();
  /** The uploads of {@link #uploads}. */
  readonly #ordered = new SortedList<StoredUpload>(compareUploads);

  private constructor(directory: string, digests: DigestThread) {
    this.#directory = directory;
    this.#digests = digests;
  }

  /**
   * Opens the store in `directory`, which is created if it is missing.
   *
   * @param digests the caller's, who must close it
   */
  static async open(directory: string, digests: DigestThread): Promise<UploadStore> {
    const store = new UploadStore(directory, digests);
    await openOwnFolder(directory);
    // Whatever has another name is not from a store: the folder may have been in use.
    for (const name of (await readdir(directory)).filter((name) => UPLOAD_ID.test(name))) {
      const ongoing = await load(join(directory, name), name);
      if (ongoing === undefined) await rm(join(directory, name), { recursive: true, force: true });
      else store.#keep(ongoing);
    }
    return store;
  }

  /** @param initiated milliseconds since the Unix epoch */
  async begin(key: string, attributes: ObjectAttributes, initiated: number): Promise<StoredUpload> {
    const seconds = String(Math.floor(initiated / 1000)).padStart(10, "0");
    const uploadId = `${seconds}${randomBytes(32).toString("hex")}`;
    const upload = { uploadId, key, initiated, attributes };
    await mkdir(join(this.#directory, uploadId));
    await writeWhole(join(this.#directory, uploadId, UPLOAD_FILE), upload);
    this.#keep({ upload, parts: noParts(), queue: Promise.resolve() });
    return upload;
  }

  get(uploadId: string): StoredUpload | undefined {
    return this.#uploads.get(uploadId)?.upload;
  }

  /** Every upload, in no particular order. */
  all(): readonly StoredUpload[] {
    return [...this.#uploads.values()].map(({ upload }) => upload);
  }

  /** Every upload, in the order of a listing. */
  get ordered(): Ordered<StoredUpload> {
    return this.#ordered;
  }

  /** The parts so far, by number; none for an upload that is gone. */
  parts(uploadId: string): readonly StoredPart[] {
    return [...(this.#uploads.get(uploadId)?.parts ?? [])];
  }

  /**
   * The parts after this number, by number, and whether there are more than `max`. None for an upload that is gone;
   * with a `max` of 0, none and no more.
   */
  partsAfter(uploadId: string, partNumber: number, max: number): PartListing {
    const parts: StoredPart[] = [];
    const after = this.#uploads.get(uploadId)?.parts.from((part) => part.partNumber <= partNumber) ?? [];
    for (const part of max === 0 ? [] : after) {
      if (parts.length >= max) return { parts, isTruncated: true };
      parts.push(part);
    }
    return { parts, isTruncated: false };
  }

  /**
   * Receives the bytes of a part. When the source breaks off, or sends more than `maxBytes`, nothing is left behind.
   *
   * @throws {TooManyBytes} or the source's error
   * @throws {UploadGone} when the upload has ended in the meantime
   */
  async receivePart(uploadId: string, source: Readable, maxBytes: number): Promise<PartDraft> {
    const data = randomUUID();
    const path = join(this.#directory, uploadId, data);
    const received = await receiveFile(source, path, maxBytes, this.#digests).catch((error: unknown) => {
      throw this.#uploads.has(uploadId) ? error : new UploadGone(uploadId);
    });
    return {
      ...received,
      commit: (partNumber, lastModified) =>
        this.#inTurn(uploadId, async ({ parts }) => {
          const part = { partNumber, ...received, lastModified, data };
          await writeWhole(join(this.#directory, uploadId, partFile(partNumber)), part);
          const before = parts.set(part);
          if (before !== undefined) await rm(join(this.#directory, uploadId, before.data), { force: true });
          return part;
        }),
      discard: () => rm(path, { force: true }),
    };
  }

  /** The bytes of these parts, one after the other. Read them inside {@link end}, while nothing changes. */
  read(uploadId: string, parts: readonly StoredPart[]): Readable {
    const directory = join(this.#directory, uploadId);
    async function* bytes() {
      for (const { data } of parts)
        yield* createReadStream(join(directory, data), { highWaterMark: PIECE_BYTES });
    }
    return Readable.from(bytes(), { objectMode: false });
  }

  /**
   * Ends an upload: passes its parts to `work`, while none of them can change, and removes it unless that fails.
   *
   * @throws {UploadGone} or what `work` throws
   */
  end<T>(uploadId: string, work: (parts: readonly StoredPart[]) => Promise<T>): Promise<T> {
    return this.#inTurn(uploadId, async ({ upload, parts }) => {
      const result = await work([...parts]);
      this.#uploads.delete(uploadId);
      this.#ordered.delete(upload);
      await rm(join(this.#directory, uploadId), { recursive: true, force: true });
      return result;
    });
  }

  /** Aborts every upload. */
  async clear(): Promise<void> {
    for (const uploadId of [...this.#uploads.keys()]) await this.end(uploadId, async () => undefined);
  }

  #keep(ongoing: Ongoing): void {
    this.#uploads.set(ongoing.upload.uploadId, ongoing);
    this.#ordered.set(ongoing.upload);
  }

  /** Changes of one upload happen one after the other. */
  #inTurn<T>(uploadId: string, change: (ongoing: Ongoing) => Promise<T>): Promise<T> {
    const ongoing = this.#uploads.get(uploadId);
    if (ongoing === undefined) return Promise.reject(new UploadGone(uploadId));
    const turn = ongoing.queue.then(() => {
      if (!this.#uploads.has(uploadId)) throw new UploadGone(uploadId);
      return change(ongoing);
    });
    ongoing.queue = turn.catch(() => undefined);
    return turn;
  }
}

/** Undefined for a folder that is not an upload's. In an upload's folder, removes what belongs to no part. */
async function load(directory: string, uploadId: string): Promise<Ongoing | undefined> {
  const names = await readdir(directory);
  const text = names.includes(UPLOAD_FILE) ? await readFile(join(directory, UPLOAD_FILE), "utf8") : "";
  const upload = parseStoredUpload(text);
  if (upload?.uploadId !== uploadId) return undefined;
  const parts = noParts();
  const there = new Set(names);
  const known = new Set([UPLOAD_FILE]);
  for (const name of names.filter((candidate) => /^part-\d+\.json$/.test(candidate))) {
    const part = parseStoredPart(await readFile(join(directory, name), "utf8"));
    if (part === undefined || partFile(part.partNumber) !== name || !there.has(part.data)) continue;
    parts.set(part);
    known.add(name).add(part.data);
  }
  for (const name of names) {
    if (!known.has(name)) await rm(join(directory, name), { recursive: true, force: true });
  }
  return { upload, parts, queue: Promise.resolve() };
}

/** Writes the whole file, or nothing. */
async function writeWhole(path: string, value: object): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, JSON.stringify(value));
  await rename(temporary, path);
}

function noParts(): SortedList<StoredPart> {
  return new SortedList((a, b) => a.partNumber - b.partNumber);
}
