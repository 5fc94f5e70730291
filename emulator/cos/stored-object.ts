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
  /** Milliseconds since the Unix epoch. */
  readonly lastModified: number;
  /** The name of the file that holds the bytes. */
  readonly data: string;
}

/** The ETag of an object that came in one piece: its MD5 in double quotes. */
export function etagOf(object: { readonly md5: string }): string {
  return `"${object.md5}"`;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads what the store wrote; undefined for anything else. */
export function parseStoredObject(text: string): StoredObject | undefined {
  const value = parseObject(text);
  if (value === undefined) return undefined;
  const { key, size, md5, lastModified, data, contentType, storageClass, headers } = value;
  if (
    typeof key !== "string" ||
    typeof size !== "number" ||
    typeof md5 !== "string" ||
    typeof lastModified !== "number" ||
    typeof data !== "string" ||
    !UUID.test(data) ||
    typeof contentType !== "string" ||
    typeof storageClass !== "string" ||
    !isStringRecord(headers)
  ) {
    return undefined;
  }
  return { key, size, md5, lastModified, data, contentType, storageClass, headers };
}

type Fields = { readonly [Name in keyof StoredObject]?: unknown };

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((item) => typeof item === "string")
  );
}
