import type { IncomingHttpHeaders } from "node:http";

/** What the team's own server, `onUploaded` and the client learn about a stored file. */
export interface StoredFile {
  /** The object key, raw. */
  readonly key: string;
  /** The part of the key that stands for the user; absent when callers are not told apart. */
  readonly user?: string | undefined;
  /** In bytes. */
  readonly size: number;
  /** The Content-Type that it was stored with, which the uploader chose. */
  readonly type: string;
  /** The Content-Encoding that it was stored with, which the uploader chose too; absent for none. It is not announced. */
  readonly encoding?: string | undefined;
  /** Without quotes. */
  readonly etag: string;
  /** By COS's clock; Unix seconds. */
  readonly storedAt: number;
  /** The name of its rule. */
  readonly rule: string;
  /** The file's own name, as `name=` said it. */
  readonly name?: string | undefined;
  /** The values that the client gave it, as `meta.<key>=` said them. */
  readonly meta: Readonly<Record<string, string>>;
}

/**
 * One upload under a key: the next one has another etag, or a later time; or, of the same bytes within the same second,
 * another Content-Type or Content-Encoding, which its uploader may choose and which have been looked at too.
 */
export type Version = Pick<StoredFile, "etag" | "storedAt" | "type" | "encoding">;

/** Whether two are the same upload. */
export function isSameVersion(a: Version, b: Version): boolean {
  return a.etag === b.etag && a.storedAt === b.storedAt && a.type === b.type && a.encoding === b.encoding;
}

/** What stands for that of an object about which COS says nothing, as it is encrypted with its uploader's key. */
export const NOTHING_KNOWN = { size: 0, type: "", etag: "", storedAt: 0 } as const;

/** What COS says of an object in the headers of an answer. */
export function storedIn(headers: IncomingHttpHeaders): Pick<StoredFile, "size" | keyof Version> {
  const encoding = headers["content-encoding"];
  return {
    ...(encoding !== undefined && { encoding }),
    size: Number(headers["content-length"]),
    type: headers["content-type"] ?? "",
    etag: (headers.etag ?? "").replaceAll('"', ""),
    storedAt: Math.floor(Date.parse(headers["last-modified"] ?? "") / 1000),
  };
}
