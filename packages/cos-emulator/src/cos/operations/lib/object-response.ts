import { CosError } from "../../http/errors.ts";
import type { CosRequest } from "../../http/request.ts";
import type { CosService } from "../../store/service.ts";
import { tierOf } from "../../store/storage-class.ts";
import { crc64Header, etagOf, type StoredObject } from "../../store/stored-object.ts";
import { restoreHeader } from "./archived.ts";
import { encryptionHeaders } from "./encryption.ts";
import { versionHeaders } from "./version.ts";

/** The headers that GET Object and HEAD Object send with an object. */
export function objectHeaders(service: CosService, object: StoredObject): Record<string, string> {
  const tier = tierOf(object.storageClass);
  return {
    ...storedHeaders(service, object),
    "content-type": object.contentType,
    etag: etagOf(object),
    "last-modified": new Date(object.lastModified).toUTCString(),
    "accept-ranges": "bytes",
    ...object.headers,
    ...(tier !== undefined && { "x-cos-storage-tier": tier }),
    ...restoreHeader(service, object),
    ...(object.appendable === true ? { "x-cos-object-type": "appendable" } : {}),
    ...(object.tags === undefined || object.tags.length === 0
      ? {}
      : { "x-cos-tagging-count": String(object.tags.length) }),
  };
}

/**
 * How an object is stored: the headers that the answer to its upload has too. The pages of the uploads do not list
 * x-cos-storage-class, but cos-cpp-sdk-v5's own tests expect it of PUT Object and Complete Multipart Upload.
 */
export function storedHeaders(service: CosService, object: StoredObject): Record<string, string> {
  return {
    ...crc64Header(object),
    ...(object.storageClass !== "STANDARD" && { "x-cos-storage-class": object.storageClass }),
    ...encryptionHeaders(object),
    ...versionHeaders(service, object),
  };
}

const OVERRIDES = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
] as const;

/** The headers that response-* parameters set instead of the object's own (436/7753). */
export function overriddenHeaders(request: CosRequest): Record<string, string> {
  return Object.fromEntries(
    OVERRIDES.flatMap((name) => {
      const value = request.query.get(`response-${name}`);
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
}

/**
 * 304 when the client has the object already, 200 otherwise (If-None-Match, If-Modified-Since; RFC 9110 §13.2.2).
 *
 * @throws {CosError} PreconditionFailed (412) for If-Match and If-Unmodified-Since
 */
export function conditionalStatus(request: CosRequest, object: StoredObject): 200 | 304 {
  return isUnchanged(request.headers, object, "") ? 304 : 200;
}

/**
 * The conditions on the source of a copy (https://cloud.tencent.com/document/product/436/10881).
 *
 * @param prefix what the headers' names begin with
 * @throws {CosError} PreconditionFailed (412) for any of them that does not hold
 */
export function checkConditions(headers: Headers, object: StoredObject, prefix: string): void {
  if (isUnchanged(headers, object, prefix))
    throw preconditionFailed(`${prefix}if-none-match or -modified-since`);
}

type Headers = ReadonlyMap<string, string>;

function isUnchanged(headers: Headers, object: StoredObject, prefix: string): boolean {
  const etag = etagOf(object);
  const match = headers.get(`${prefix}if-match`);
  const noneMatch = headers.get(`${prefix}if-none-match`);
  const modifiedSince = seconds(headers.get(`${prefix}if-modified-since`));
  const unmodifiedSince = seconds(headers.get(`${prefix}if-unmodified-since`));
  const modified = Math.floor(object.lastModified / 1000);
  if (match !== undefined) {
    if (!names(match, etag)) throw preconditionFailed(`${prefix}if-match`);
  } else if (unmodifiedSince !== undefined && modified > unmodifiedSince) {
    throw preconditionFailed(`${prefix}if-unmodified-since`);
  }
  if (noneMatch !== undefined) return names(noneMatch, etag);
  return modifiedSince !== undefined && modified <= modifiedSince;
}

function names(list: string, etag: string): boolean {
  const tags = list.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etag) || tags.includes(etag.slice(1, -1));
}

/**
 * The range that a request asks for, if it is still of the object that its sender has: If-Range names that by its ETag or
 * its time, and makes a range of any other the whole object (RFC 9110 §13.1.5). COS's pages do not mention it; whoever
 * resumes a download sends it.
 */
export function wantedRange({ headers }: CosRequest, object: StoredObject): string | undefined {
  const validator = headers.get("if-range");
  if (validator === undefined) return headers.get("range");
  const time = seconds(validator);
  const isSame =
    time === undefined ? validator === etagOf(object) : time === Math.floor(object.lastModified / 1000);
  return isSame ? headers.get("range") : undefined;
}

/** An HTTP-date, in any of its three forms; a condition with anything else is ignored (RFC 9110 §5.6.7 and §13.1.3). */
function seconds(date: string | undefined): number | undefined {
  const [, asctime] = /^([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/.exec(date ?? "") ?? [];
  const isHttpDate = asctime !== undefined || /^[A-Z][a-z]{2,8}, .{10,30} GMT$/.test(date ?? "");
  const time = isHttpDate ? Date.parse(asctime === undefined ? (date ?? "") : `${asctime} GMT`) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}

function preconditionFailed(header: string): CosError {
  return new CosError("PreconditionFailed", "Precondition not match.", {
    reason: `${header} does not hold`,
  });
}
