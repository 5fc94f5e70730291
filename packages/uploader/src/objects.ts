/** Lists and removes what a user has uploaded. */

import { invalidAnswer } from "./core/errors";
import { newJob } from "./core/job";
import type { Settings } from "./core/options";
import { jsonOf } from "./core/service-answer";
import { askService, persistently } from "./core/shared";
import { fieldOf, isTexts, textOf } from "./core/values";

/** A file that the user has in COS. */
export interface StoredObject {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** When it was stored, such as `2026-11-23T08:00:00.000Z`. */
  readonly lastModified: string;
  readonly etag: string;
}

/** A file with the details of its upload. */
export interface DetailedObject extends StoredObject {
  /** The Content-Type of the stored file; empty for one that is `unreadable`. */
  readonly type: string;
  /** The file's own name, if the upload gave one. */
  readonly name: string | undefined;
  /** The texts that the upload gave; empty if it gave none. */
  readonly meta: Readonly<Record<string, string>>;
  /** Whether it is encrypted with its uploader's key, so that COS neither describes it to the service nor lets it be read. */
  readonly unreadable: boolean;
}

/** A page of the user's files, in the order of their keys. */
export interface ObjectPage<T extends StoredObject = StoredObject> {
  readonly objects: readonly T[];
  /** The `after` for the next page; undefined on the last page. */
  readonly next: string | undefined;
}

/** The outcome of removing a file. */
export interface Removed {
  readonly key: string;
  readonly removed: boolean;
  /** COS's code, if the file was not removed. */
  readonly code: string | undefined;
}

/** An uploader for any platform. Its settings are also used to call the function `objects`. */
interface Asking<F> {
  readonly settings: Settings<F>;
}

export interface ListOptions {
  /** The `next` of the previous page. */
  readonly after?: string | undefined;
  /** The most files on a page: 1 to 1000, with `details` 1 to 100. Default: 100. */
  readonly limit?: number | undefined;
  /** Whether each file has its `type`, `name` and `meta`; the function makes one request to COS for each. */
  readonly details?: boolean | undefined;
}

/**
 * Lists what the user has uploaded, one page at a time, with the function `objects`. With `details`, a file that is deleted
 * during the request is left out, so a page may have fewer files than `limit` and still have a `next`.
 *
 * @throws {UploadError}
 */
export function listObjects<F>(
  uploader: Asking<F>,
  options: ListOptions & { readonly details: true },
): Promise<ObjectPage<DetailedObject>>;
export function listObjects<F>(uploader: Asking<F>, options?: ListOptions): Promise<ObjectPage>;
export function listObjects<F>(
  uploader: Asking<F>,
  { after = "", limit = 100, details = false }: ListOptions = {},
): Promise<ObjectPage> {
  const query = `?limit=${limit}&after=${encodeURIComponent(after)}${details ? "&details=true" : ""}`;
  return ask(uploader, query).then((answer) => ({
    objects: listOf(answer).map(details ? detailedOf : storedOf),
    next: textOf(answer, "next") || undefined,
  }));
}

/**
 * Removes 1 to 1000 of the user's files and returns the outcome of each. A file that is already gone counts as removed.
 *
 * @throws {UploadError}
 */
export function removeObjects<F>(uploader: Asking<F>, keys: readonly string[]): Promise<readonly Removed[]> {
  return ask(uploader, "/delete", { keys }).then((answer) =>
    listOf(answer).map((item) => ({
      key: textOf(item, "key"),
      removed: fieldOf(item, "deleted") === true,
      code: textOf(item, "code") || undefined,
    })),
  );
}

function ask<F>({ settings }: Asking<F>, path: string, body?: object): Promise<unknown> {
  const job = newJob();
  return persistently(job, settings, () => askService(job, settings, "objects", path, body)).then(jsonOf);
}

function listOf(answer: unknown): readonly unknown[] {
  const list = fieldOf(answer, "objects");
  if (Array.isArray(list)) return list;
  throw invalidAnswer("the function objects");
}

function storedOf(item: unknown): StoredObject {
  return {
    key: textOf(item, "key"),
    size: Number(fieldOf(item, "size")) || 0,
    lastModified: textOf(item, "lastModified"),
    etag: textOf(item, "etag"),
  };
}

function detailedOf(item: unknown): DetailedObject {
  const meta = fieldOf(item, "meta");
  return Object.assign(storedOf(item), {
    type: textOf(item, "type"),
    name: textOf(item, "name") || undefined,
    meta: isTexts(meta) ? meta : {},
    unreadable: fieldOf(item, "unreadable") === true,
  });
}
