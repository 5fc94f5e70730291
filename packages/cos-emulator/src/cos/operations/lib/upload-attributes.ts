import { CosError, notImplemented } from "../../http/errors.ts";
import type { Pair } from "../../http/query.ts";
import { readRate } from "../../http/traffic-limit.ts";
import { readStorageClass } from "../../store/storage-class.ts";
import type { ObjectAttributes } from "../../store/stored-object.ts";
import type { OpenContext } from "../operation.ts";
import { OBJECT_ACL, readAclHeaders } from "./acl.ts";
import { contentTypeOf } from "./content-type.ts";
import { ENCRYPTION_HEADERS, readEncryption } from "./encryption.ts";
import { LOCK_HEADERS, readLock } from "./object-lock.ts";
import { readTagHeader } from "./tag-header.ts";
import { MAX_OBJECT_TAGS } from "./tagging.ts";

/** Stored with the object and sent with every download. */
const KEPT: readonly string[] = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "expires",
];

/**
 * For one x-cos-meta-… header, and for all of them together, names and values. So say the pages since 2025 (436/7749,
 * 436/7746); the older ones allow 2 KB in all.
 */
const MAX_META_HEADER_BYTES = 2048;
const MAX_META_BYTES = 4096;

/** For the other headers that are stored. The page of errors (436/7730) has no number for MetadataTooLarge. */
const MAX_KEPT_BYTES = 4096;

/** According to 436/14690, hyphens are allowed, underscores are not. */
const META_NAME = /^x-cos-meta-[a-z0-9-]+$/;

/** Headers that are not emulated. They are refused, since silently ignoring them would look like success. */
const NOT_EMULATED: ReadonlySet<string> = new Set([
  "x-cos-mime-limit",
  "x-cos-website-redirect-location",
  "callback",
  "callback-var",
  "pic-operations",
  "x-cos-psize-min",
  "x-cos-psize-max",
  "x-cos-pnum-min",
  "x-cos-pnum-max",
]);

/** Object lock and upload callbacks have several headers each. So does encryption, of which some are emulated. */
const FAMILIES: readonly string[] = [
  "x-cos-server-side-encryption",
  "x-cos-copy-source-server-side-encryption",
  "x-cos-object-lock-",
  "x-cos-callback",
];

/**
 * The attributes that an upload gives its object, from its headers (PUT Object, 436/7749) or form fields (POST Object,
 * 436/14690), names in lower case. An empty Content-Type counts as none; we could not find out what COS does with an
 * empty Content-Type field.
 *
 * @throws {CosError} KeyTooLong (more than 2 KB of one x-cos-meta-*), MetadataTooLarge, InvalidTag,
 * NotSupportedStorageClass, InvalidArgument (acl, traffic limit, a name of x-cos-meta-*), NotImplemented for what is
 * not emulated
 */
export function readAttributes(
  context: OpenContext,
  named: ReadonlyMap<string, string>,
  key: string,
): ObjectAttributes {
  refuseUnsupported(named);
  const acl = readAclHeaders(named, OBJECT_ACL);
  const usual = context.service.settings.get("kind")?.isInSeveralZones ? "MAZ_STANDARD" : "STANDARD";
  const wanted = named.get("x-cos-storage-class") ?? usual;
  const storageClass = readStorageClass(wanted);
  if (storageClass === undefined) {
    throw new CosError("NotSupportedStorageClass", "The storage class you specified is not valid.", {
      reason: `x-cos-storage-class is ${JSON.stringify(wanted)}`,
    });
  }
  const kept = KEPT.flatMap((name) => {
    const value = named.get(name);
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  const contentType = named.get("content-type") || contentTypeOf(key);
  checkBytes("the headers to store", [["content-type", contentType], ...kept], MAX_KEPT_BYTES);
  const headers = [...kept, ...readMeta(named)];
  const tags = readTagHeader(named.get("x-cos-tagging"), MAX_OBJECT_TAGS);
  const encryption = readEncryption(context, named);
  const retainUntil = readLock(context.service, named);
  return {
    contentType,
    storageClass,
    headers: Object.fromEntries(headers),
    ...(tags.length > 0 && { tags }),
    ...(acl !== undefined && { acl }),
    ...(encryption !== undefined && { encryption }),
    ...(retainUntil !== undefined && { retainUntil }),
  };
}

/**
 * Refuses a request's headers, or a form's fields, that ask for something that is not emulated.
 *
 * @throws {CosError} NotImplemented, InvalidArgument (traffic limit)
 */
export function refuseUnsupported(named: ReadonlyMap<string, string>): void {
  for (const name of named.keys()) {
    if (ENCRYPTION_HEADERS.has(name) || LOCK_HEADERS.has(name)) continue;
    if (NOT_EMULATED.has(name) || FAMILIES.some((family) => name.startsWith(family)))
      throw notImplemented(name);
  }
  readRate(named.get("x-cos-traffic-limit"));
}

function readMeta(named: ReadonlyMap<string, string>): [string, string][] {
  const meta = [...named].filter(([name]) => name.startsWith("x-cos-meta-"));
  for (const [name] of meta) {
    if (!META_NAME.test(name)) {
      throw new CosError("InvalidArgument", "The metadata header you specified is not valid.", {
        reason: `${JSON.stringify(name)}: only letters, digits and hyphens may follow x-cos-meta-`,
      });
    }
  }
  for (const header of meta) {
    const bytes = bytesOf([header]);
    if (bytes <= MAX_META_HEADER_BYTES) continue;
    throw new CosError("KeyTooLong", TOO_LARGE, {
      reason: `${header[0]} takes ${bytes} bytes, but only ${MAX_META_HEADER_BYTES} are allowed`,
    });
  }
  checkBytes("x-cos-meta-*", meta, MAX_META_BYTES);
  return meta;
}

const TOO_LARGE = "Your metadata headers exceed the maximum allowed metadata size.";

function checkBytes(what: string, headers: readonly Pair[], most: number): void {
  const bytes = bytesOf(headers);
  if (bytes <= most) return;
  throw new CosError("MetadataTooLarge", TOO_LARGE, {
    reason: `${what} take ${bytes} bytes, but only ${most} are allowed`,
  });
}

function bytesOf(pairs: readonly Pair[]): number {
  return pairs.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
}
