import { commonPrefix, compareBytes } from "./list-keys.ts";
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
  /** Where the next listing goes on; undefined when this one is complete. */
  readonly next: { readonly keyMarker: string; readonly uploadIdMarker: string } | undefined;
}

/** Lists uploads as List Multipart Uploads does: by key, then by UploadId, which begins with its time. */
export function listUploads(all: readonly StoredUpload[], options: ListUploadsOptions): UploadListing {
  const { prefix, delimiter, keyMarker, uploadIdMarker, maxUploads } = options;
  const uploads: StoredUpload[] = [];
  const commonPrefixes: string[] = [];
  let next = { keyMarker, uploadIdMarker };
  const candidates = all
    .filter(({ key }) => key.startsWith(prefix))
    .filter(({ key, uploadId }) => {
      const order = compareBytes(key, keyMarker);
      return order > 0 || (order === 0 && uploadIdMarker !== "" && uploadId > uploadIdMarker);
    })
    .sort((a, b) => compareBytes(a.key, b.key) || (a.uploadId < b.uploadId ? -1 : 1));
  for (const upload of maxUploads === 0 ? [] : candidates) {
    const common = commonPrefix(upload.key, prefix, delimiter);
    if (common !== undefined && (common === keyMarker || common === commonPrefixes.at(-1))) continue;
    if (uploads.length + commonPrefixes.length >= maxUploads) return { uploads, commonPrefixes, next };
    if (common === undefined) uploads.push(upload);
    else commonPrefixes.push(common);
    next = { keyMarker: common ?? upload.key, uploadIdMarker: common === undefined ? upload.uploadId : "" };
  }
  return { uploads, commonPrefixes, next: undefined };
}
