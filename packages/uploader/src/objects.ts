/** What a user has uploaded: to be listed, and removed. */

import { invalidAnswer } from "./core/errors";
import { newJob } from "./core/job";
import type { Settings } from "./core/options";
import { jsonOf } from "./core/service-answer";
import { askService, persistently } from "./core/shared";
import { fieldOf, textOf } from "./core/values";

/** A file that the user has in COS. */
export interface StoredObject {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** When it was stored, such as `2026-11-23T08:00:00.000Z`. */
  readonly lastModified: string;
  readonly etag: string;
}

/** A page of the user's files, in the order of their keys. */
export interface ObjectPage {
  readonly objects: readonly StoredObject[];
  /** For `after` of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** What became of a file that was to be removed. */
export interface Removed {
  readonly key: string;
  readonly removed: boolean;
  /** COS's code, where it was not. */
  readonly code: string | undefined;
}

/** An uploader of any platform, which asks the function as it asks for uploads. */
interface Asking<F> {
  readonly settings: Settings<F>;
}

/**
 * What the user has uploaded, a page at a time, by the function `objects`: up to `limit`, 1 to 1000, after the `next` of
 * the page before.
 *
 * @throws {UploadError}
 */
export function listObjects<F>(
  uploader: Asking<F>,
  { after = "", limit = 100 }: { readonly after?: string; readonly limit?: number } = {},
): Promise<ObjectPage> {
  return ask(uploader, `?limit=${limit}&after=${encodeURIComponent(after)}`).then((answer) => {
    const objects = listOf(answer).map((item) => ({
      key: textOf(item, "key"),
      size: Number(fieldOf(item, "size")) || 0,
      lastModified: textOf(item, "lastModified"),
      etag: textOf(item, "etag"),
    }));
    return { objects, next: textOf(answer, "next") || undefined };
  });
}

/**
 * Removes files of the user's, 1 to 1000, and tells of each what happened; one that is gone already counts as removed.
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
