import { type Acl, parseAcl } from "./acl.ts";
import { isStringRecord, isUuid, parseFields } from "./parse-json.ts";
import { parseTags, type Tag } from "./tags.ts";

/** When what lies in an archive can be read again, in milliseconds since the Unix epoch. */
export interface Restoration {
  readonly ready: number;
  readonly until: number;
}

/** What an upload says about an object besides its bytes. */
export interface ObjectAttributes {
  readonly contentType: string;
  readonly storageClass: string;
  /** Headers that a download gives back, names in lower case: cache-control, x-cos-meta-* and so on. */
  readonly headers: Readonly<Record<string, string>>;
  /** @default it was never restored */
  readonly restoration?: Restoration;
  /** @default none */
  readonly tags?: readonly Tag[];
  /** @default the bucket's */
  readonly acl?: Acl;
}

/** The id of what was put while the bucket had no versioning (https://cloud.tencent.com/document/product/436/19883). */
export const NULL_VERSION = "null";

/** An object without its bytes. */
export interface StoredObject extends ObjectAttributes {
  readonly key: string;
  readonly versionId: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex. */
  readonly md5: string;
  /** The ETag without its quotes, of an object that did not come in one piece. */
  readonly etag?: string;
  /** Whether APPEND Object made it, and may add to it. @default false */
  readonly appendable?: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly lastModified: number;
  /** The name of the file that holds the bytes. */
  readonly data: string;
}

/** The version of a key that says that it was deleted (https://www.tencentcloud.com/document/product/436/36716). */
export interface DeleteMarker {
  readonly key: string;
  readonly versionId: string;
  /** Milliseconds since the Unix epoch. */
  readonly lastModified: number;
  readonly isDeleteMarker: true;
}

export type StoredVersion = StoredObject | DeleteMarker;

export function isDeleteMarker(version: StoredVersion): version is DeleteMarker {
  return "isDeleteMarker" in version;
}

/**
 * In double quotes: the MD5 of an object that came in one piece, `<MD5 of the parts' MD5s>-<parts>` of one of parts.
 */
export function etagOf(object: { readonly md5: string; readonly etag?: string }): string {
  return `"${object.etag ?? object.md5}"`;
}

/**
 * Reads what the store wrote of one key: its versions, the newest first; undefined for anything else. One that is no
 * list is the one object of a store that knew no versions yet.
 */
export function parseVersions(text: string): readonly StoredVersion[] | undefined {
  const value = parseFields<readonly unknown[]>(text);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const versions = list.map((item) => parseVersion(JSON.stringify(item ?? null)));
  return versions.every((version) => version !== undefined) && versions.length > 0 ? versions : undefined;
}

function parseVersion(text: string): StoredVersion | undefined {
  const value = parseFields<StoredObject & DeleteMarker>(text);
  if (value === undefined) return undefined;
  const { key, versionId = NULL_VERSION, lastModified, isDeleteMarker } = value;
  if (typeof key !== "string" || typeof versionId !== "string" || typeof lastModified !== "number") {
    return undefined;
  }
  if (isDeleteMarker === true) return { key, versionId, lastModified, isDeleteMarker };
  const { size, md5, etag, appendable, data } = value;
  const attributes = parseAttributes(text);
  if (
    typeof size !== "number" ||
    typeof md5 !== "string" ||
    (etag !== undefined && typeof etag !== "string") ||
    (appendable !== undefined && typeof appendable !== "boolean") ||
    !isUuid(data) ||
    attributes === undefined
  ) {
    return undefined;
  }
  return {
    key,
    versionId,
    size,
    md5,
    lastModified,
    data,
    ...attributes,
    ...(etag !== undefined && { etag }),
    ...(appendable !== undefined && { appendable }),
  };
}

/** Reads what the store wrote; undefined for anything else. */
export function parseAttributes(text: string): ObjectAttributes | undefined {
  const value = parseFields<ObjectAttributes>(text);
  if (value === undefined) return undefined;
  const { contentType, storageClass, headers } = value;
  const tags = value.tags === undefined ? [] : parseTags(value.tags);
  const restoration = parseRestoration(value.restoration);
  const acl = value.acl === undefined ? undefined : parseAcl(value.acl);
  if (
    typeof contentType !== "string" ||
    typeof storageClass !== "string" ||
    !isStringRecord(headers) ||
    tags === undefined ||
    (acl === undefined && value.acl !== undefined)
  ) {
    return undefined;
  }
  return {
    contentType,
    storageClass,
    headers,
    ...(restoration !== undefined && { restoration }),
    ...(tags.length > 0 && { tags }),
    ...(acl !== undefined && { acl }),
  };
}

function parseRestoration(value: unknown): Restoration | undefined {
  const { ready, until } = parseFields<Restoration>(JSON.stringify(value ?? null)) ?? {};
  return typeof ready === "number" && typeof until === "number" ? { ready, until } : undefined;
}
