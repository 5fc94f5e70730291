import type { Grant } from "../sts/session-policy.ts";
import type { CosCall } from "./client.ts";
import { askListing, MAX_LISTED, notAListing } from "./listing.ts";
import { elements, textOf } from "./read-xml.ts";

/** An object as a listing describes it. */
export interface ListedObject {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** When it was stored, such as `2026-11-23T08:00:00.000Z`. */
  readonly lastModified: string;
  /** Without quotes. */
  readonly etag: string;
}

export interface Listing {
  /** In the order of their keys' bytes. */
  readonly objects: readonly ListedObject[];
  /** Whether there are more after the last one. */
  readonly isTruncated: boolean;
  /** COS's time, Unix seconds; NaN when COS does not send it. */
  readonly listedAt: number;
}

/** To list exactly this prefix, which has a slash at its end (`uploads/ann` is that of `uploads/anna` too;
 * https://cloud.tencent.com/document/product/436/71306 has the condition). */
export function listGrant(prefix: string): Grant {
  return {
    key: prefix.replace(/\/$/, ""),
    isPrefix: true,
    permissions: [{ actions: ["GetBucket"], condition: { string_equal: { "cos:prefix": prefix } } }],
  };
}

/**
 * One page of GET Bucket (https://cloud.tencent.com/document/product/436/7734).
 *
 * @param question `marker`: a key, after which the page begins; `maxKeys`: 1 to 1000
 * @throws ServiceError when COS refuses, fails, or answers with something other than a listing
 */
export async function listObjects(
  {
    prefix,
    marker,
    maxKeys,
  }: { readonly prefix: string; readonly marker?: string | undefined; readonly maxKeys: number },
  cos: CosCall,
): Promise<Listing> {
  const query = { prefix, "max-keys": String(maxKeys), ...(marker !== undefined && { marker }) };
  const { result, headers } = await askListing("ListBucketResult", query, cos);
  return {
    objects: elements(result, "Contents").map((item) => {
      const [key, size] = [textOf(item, "Key"), textOf(item, "Size")];
      if (key === "" || !/^\d{1,15}$/.test(size)) throw notAListing();
      return {
        key,
        size: Number(size),
        lastModified: textOf(item, "LastModified"),
        etag: textOf(item, "ETag").replaceAll('"', ""),
      };
    }),
    isTruncated: textOf(result, "IsTruncated") === "true",
    listedAt: Math.floor(Date.parse(headers.date ?? "") / 1000),
  };
}

/** An object by its age. */
export interface AgedObject {
  readonly key: string;
  /**
   * When it was stored, and when it was listed, by COS's clock: Unix seconds; NaN when COS does not send it.
   */
  readonly storedAt: number;
  readonly now: number;
}

/** A hundred thousand objects: 12 MB, and some seconds. */
const MAX_PAGES = 100;

/**
 * All objects under a prefix, the oldest first: a caller that works on them for a limited time, and rewrites
 * those that must wait, reaches all of them.
 *
 * @throws ServiceError as {@link listObjects}
 */
export async function listOldestFirst(prefix: string, cos: CosCall): Promise<readonly AgedObject[]> {
  const all: AgedObject[] = [];
  let marker: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const question = { prefix, marker, maxKeys: MAX_LISTED };
    const { objects, isTruncated, listedAt: now } = await listObjects(question, cos);
    for (const { key, lastModified } of objects) {
      all.push({ key, storedAt: Math.floor(Date.parse(lastModified) / 1000), now });
    }
    marker = objects.at(-1)?.key;
    if (!isTruncated || marker === undefined) break;
  }
  return all.sort((a, b) => a.storedAt - b.storedAt);
}
