import { isUuid, parseFields } from "./parse-json.ts";
import { type ObjectAttributes, parseAttributes } from "./stored-object.ts";

/** A multipart upload that was begun and not ended, without its parts. */
export interface StoredUpload {
  readonly uploadId: string;
  readonly key: string;
  /** Milliseconds since the Unix epoch. */
  readonly initiated: number;
  /** What the object will have. */
  readonly attributes: ObjectAttributes;
}

/** A part without its bytes. */
export interface StoredPart {
  /** 1 to 10000. */
  readonly partNumber: number;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex; in double quotes it is the part's ETag. */
  readonly md5: string;
  /** Milliseconds since the Unix epoch. */
  readonly lastModified: number;
  /** The name of the file that holds the bytes. */
  readonly data: string;
}

/** Reads what the store wrote; undefined for anything else. */
export function parseStoredUpload(text: string): StoredUpload | undefined {
  const value = parseFields<StoredUpload>(text);
  const attributes = parseAttributes(JSON.stringify(value?.attributes ?? null));
  if (value === undefined || attributes === undefined) return undefined;
  const { uploadId, key, initiated } = value;
  if (typeof uploadId !== "string" || typeof key !== "string" || typeof initiated !== "number") {
    return undefined;
  }
  return { uploadId, key, initiated, attributes };
}

/** Reads what the store wrote; undefined for anything else. */
export function parseStoredPart(text: string): StoredPart | undefined {
  const value = parseFields<StoredPart>(text);
  if (value === undefined) return undefined;
  const { partNumber, size, md5, lastModified, data } = value;
  if (
    typeof partNumber !== "number" ||
    typeof size !== "number" ||
    typeof md5 !== "string" ||
    typeof lastModified !== "number" ||
    !isUuid(data)
  ) {
    return undefined;
  }
  return { partNumber, size, md5, lastModified, data };
}
