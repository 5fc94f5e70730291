import { isStringRecord, isUuid, parseFields } from "./parse-json.ts";

/** What an upload says about an object besides its bytes. */
export interface ObjectAttributes {
  readonly contentType: string;
  readonly storageClass: string;
  /** Headers that a download gives back, names in lower case: cache-control, x-cos-meta-* and so on. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An object without its bytes. */
export interface StoredObject extends ObjectAttributes {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex. */
  readonly md5: string;
  /** The ETag without its quotes, of an object that was put together from parts. */
  readonly etag?: string;
  /** Milliseconds since the Unix epoch. */
  readonly lastModified: number;
  /** The name of the file that holds the bytes. */
  readonly data: string;
}

/** In double quotes: the MD5 of an object that came in one piece, `<MD5 of the parts' MD5s>-<parts>` of another. */
export function etagOf(object: { readonly md5: string; readonly etag?: string }): string {
  return `"${object.etag ?? object.md5}"`;
}

/** Reads what the store wrote; undefined for anything else. */
export function parseStoredObject(text: string): StoredObject | undefined {
  const value = parseFields<StoredObject>(text);
  if (value === undefined) return undefined;
  const { key, size, md5, etag, lastModified, data, contentType, storageClass, headers } = value;
  if (
    typeof key !== "string" ||
    typeof size !== "number" ||
    typeof md5 !== "string" ||
    (etag !== undefined && typeof etag !== "string") ||
    typeof lastModified !== "number" ||
    !isUuid(data) ||
    typeof contentType !== "string" ||
    typeof storageClass !== "string" ||
    !isStringRecord(headers)
  ) {
    return undefined;
  }
  const object = { key, size, md5, lastModified, data, contentType, storageClass, headers };
  return etag === undefined ? object : { ...object, etag };
}
