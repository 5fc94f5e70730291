import { exactOptional, number, object, string } from "valibot";
import { readStored, Uuid } from "./parse-json.ts";
import { type ObjectAttributes, StoredAttributes } from "./stored-object.ts";

/** A multipart upload in progress, without its parts. */
export interface StoredUpload {
  readonly uploadId: string;
  readonly key: string;
  /** Milliseconds since the Unix epoch. */
  readonly initiated: number;
  /** The attributes that the object will have. */
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
  /** In decimal; undefined for a part that was put before the store recorded it. */
  readonly crc64?: string;
  /** Milliseconds since the Unix epoch. */
  readonly lastModified: number;
  /** The name of the file that holds the bytes. */
  readonly data: string;
}

const Upload = object({
  uploadId: string(),
  key: string(),
  initiated: number(),
  attributes: StoredAttributes,
});

const Part = object({
  partNumber: number(),
  size: number(),
  md5: string(),
  crc64: exactOptional(string()),
  lastModified: number(),
  data: Uuid,
});

/** Reads what the store wrote; undefined for anything else. */
export function parseStoredUpload(text: string): StoredUpload | undefined {
  return readStored(Upload, text);
}

/** Reads what the store wrote; undefined for anything else. */
export function parseStoredPart(text: string): StoredPart | undefined {
  return readStored(Part, text);
}
