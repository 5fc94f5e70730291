import {
  array,
  boolean,
  exactOptional,
  literal,
  minLength,
  number,
  object,
  optional,
  pipe,
  record,
  string,
  transform,
  union,
} from "valibot";
import { type Acl, StoredAcl } from "./acl.ts";
import { type Encryption, StoredEncryption } from "./encryption.ts";
import { readStored, Uuid } from "./parse-json.ts";
import { StoredTags, type Tag } from "./tags.ts";

/** When an archived object can be read again, in milliseconds since the Unix epoch. */
export interface Restoration {
  readonly ready: number;
  readonly until: number;
  /** Undefined for one that was requested before the store recorded it. */
  readonly request?: { readonly tier: string; readonly time: number };
}

/** What an upload says about an object besides its bytes. */
export interface ObjectAttributes {
  readonly contentType: string;
  readonly storageClass: string;
  /** Headers that a download returns, names in lower case: cache-control, x-cos-meta-* and so on. */
  readonly headers: Readonly<Record<string, string>>;
  /** @default it was never restored */
  readonly restoration?: Restoration;
  /** @default none */
  readonly tags?: readonly Tag[];
  /** @default the bucket's */
  readonly acl?: Acl;
  /** @default not encrypted */
  readonly encryption?: Encryption;
  /** The key of a symbolic link's target, in the same bucket. @default it is not a link */
  readonly symlinkTarget?: string;
  /** Until when it is locked, in milliseconds since the Unix epoch. @default it never was */
  readonly retainUntil?: number;
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
  /** In decimal; undefined for an object that was put, or begun with APPEND Object, before the store recorded it. */
  readonly crc64?: string;
  /** The ETag without its quotes, for an object that was not sent in one piece. */
  readonly etag?: string;
  /** Whether APPEND Object created it and may append to it. @default false */
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

/**
 * Whether a version is locked at this moment: it can be neither replaced nor deleted.
 *
 * @param now milliseconds since the Unix epoch
 */
export function isLocked(version: StoredVersion, now: number): boolean {
  return !isDeleteMarker(version) && version.retainUntil !== undefined && now < version.retainUntil;
}

export function isDeleteMarker(version: StoredVersion): version is DeleteMarker {
  return "isDeleteMarker" in version;
}

/**
 * In double quotes: the MD5 of an object that was sent in one piece, or `<MD5 of the parts' MD5s>-<parts>` of one in
 * parts.
 */
export function etagOf(object: { readonly md5: string; readonly etag?: string }): string {
  return `"${object.etag ?? object.md5}"`;
}

/**
 * The header with the CRC64 of an object, or of a part of an upload. COS computes one for every new object, HEAD and
 * GET send it if the object has one (https://cloud.tencent.com/document/product/436/40334), and the header is among
 * those that are common to all answers (https://cloud.tencent.com/document/product/436/7729). The first page lists the
 * operations that send it, without APPEND Object; here, APPEND Object sends that of the whole object.
 */
export function crc64Header({ crc64 }: { readonly crc64?: string }): Record<string, string> {
  return crc64 === undefined ? {} : { "x-cos-hash-crc64ecma": crc64 };
}

/** As the store writes them. */
export const StoredAttributes = object({
  contentType: string(),
  storageClass: string(),
  headers: record(string(), string()),
  restoration: exactOptional(
    object({
      ready: number(),
      until: number(),
      request: exactOptional(object({ tier: string(), time: number() })),
    }),
  ),
  tags: exactOptional(StoredTags),
  acl: exactOptional(StoredAcl),
  encryption: exactOptional(StoredEncryption),
  symlinkTarget: exactOptional(string()),
  retainUntil: exactOptional(number()),
});

const ANY_VERSION = {
  key: string(),
  versionId: optional(string(), NULL_VERSION),
  lastModified: number(),
};

const Version = union([
  object({ ...ANY_VERSION, isDeleteMarker: literal(true) }),
  object({
    ...ANY_VERSION,
    ...StoredAttributes.entries,
    size: number(),
    md5: string(),
    crc64: exactOptional(string()),
    etag: exactOptional(string()),
    appendable: exactOptional(boolean()),
    data: Uuid,
  }),
]);

const Versions = union([
  pipe(array(Version), minLength(1)),
  pipe(
    Version,
    transform((version) => [version]),
  ),
]);

/**
 * Reads what the store wrote for one key: its versions, the newest first; undefined for anything else. If it is not a
 * list, it is the single object from a store that did not have versions yet.
 */
export function parseVersions(text: string): readonly StoredVersion[] | undefined {
  return readStored(Versions, text);
}
