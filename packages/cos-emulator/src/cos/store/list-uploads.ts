import { compareBytes } from "./keys.ts";
import { listEntries } from "./list-entries.ts";
import type { Ordered } from "./sorted-list.ts";
import type { StoredUpload } from "./stored-upload.ts";

export interface ListUploadsOptions {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  /** Uploads to keys after this one, and with `uploadIdMarker` also those to this key with a later UploadId. */
  readonly keyMarker: string;
  readonly uploadIdMarker: string;
  readonly maxUploads: number;
}

export interface UploadListing {
  readonly uploads: readonly StoredUpload[];
  readonly commonPrefixes: readonly string[];
  /** Where the next listing continues; undefined when this one is complete. */
  readonly next: { readonly keyMarker: string; readonly uploadIdMarker: string } | undefined;
}

/** The order of {@link listUploads}: by key, then by UploadId, which begins with its time. */
export function compareUploads(a: StoredUpload, b: StoredUpload): number {
  const order = compareBytes(a.key, b.key);
  if (order !== 0 || a.uploadId === b.uploadId) return order;
  return a.uploadId < b.uploadId ? -1 : 1;
}

/**
 * Lists uploads as List Multipart Uploads does.
 *
 * @param all in the order of {@link compareUploads}
 */
export function listUploads(all: Ordered<StoredUpload>, options: ListUploadsOptions): UploadListing {
  const { prefix, delimiter, keyMarker, uploadIdMarker, maxUploads } = options;
  const uploads: StoredUpload[] = [];
  const commonPrefixes: string[] = [];
  if (maxUploads === 0) return { uploads, commonPrefixes, next: undefined };
  let next = { keyMarker, uploadIdMarker };
  const entries = listEntries(all, {
    keyOf: ({ key }) => key,
    prefix,
    delimiter,
    marker: keyMarker,
    isLeft: ({ uploadId }) => uploadIdMarker !== "" && uploadId > uploadIdMarker,
  });
  for (const { item: upload, common } of entries) {
    if (uploads.length + commonPrefixes.length >= maxUploads) return { uploads, commonPrefixes, next };
    if (common === undefined) uploads.push(upload);
    else commonPrefixes.push(common);
    next = { keyMarker: common ?? upload.key, uploadIdMarker: common === undefined ? upload.uploadId : "" };
  }
  return { uploads, commonPrefixes, next: undefined };
}
