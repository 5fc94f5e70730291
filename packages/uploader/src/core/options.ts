import type { Endpoint } from "./endpoint";
import type { UploadError } from "./errors";
import type { PauseSignal } from "./pauser";
import type { Extension, RuleName } from "./rules";

/** POST streams the file and reports progress. PUT reads the whole file into memory first: small files only. */
export type UploadMethod = "POST" | "PUT";

export interface UploaderOptions {
  /**
   * Where the functions answer: one address, or one for each. What is no http address, or is missing, fails the
   * upload with `InvalidUrl`; without `multipart`, large files go in one request.
   */
  readonly endpoint: Endpoint;
  /**
   * Gives the token for `Authorization: Bearer …`; an empty text sends none. It is asked before each
   * signature. After a 401 it is asked once more with `refresh: true`, to log in again; uploads that are
   * refused at the same time share that one call.
   *
   * When it fails, the upload is tried again as after any passing trouble, unless what it throws says that it is
   * none: `retryable: false`, a `statusCode` or `status` such as 403, a JavaScript mistake such as TypeError,
   * or words that tell of a person's refusal.
   */
  readonly getToken?: (ask: { readonly refresh: boolean }) => string | Promise<string>;
  /** Uploads at once, 1 to 10; WeChat itself allows 10. The others wait. Default: 10. */
  readonly maxTransfers?: number;
  /**
   * The size in bytes from which a file is uploaded in parts, with the function `multipart`; where that is not deployed,
   * or the platform reads no parts of a file, it goes in one request. Infinity for never. Default: 10 MiB, what
   * WeChat's own uploader takes for the most of `wx.uploadFile`.
   */
  readonly partsFrom?: number;
  /** Of one file, the parts at once, 1 to 5: as many are in memory, 4 MiB each. Default: 4. */
  readonly partsAtOnce?: number;
  /** How often one upload, or one part of it, is tried, the first time included. Default: 4. */
  readonly maxAttempts?: number;
  /** The wait before the second try in milliseconds; it doubles with each, up to 10 s, less up to half by chance. Default: 500. */
  readonly backoffMs?: number;
  /**
   * Is told what a callback of yours threw (`onProgress`, a canceller's listener), once for each callback; the
   * upload goes on. Default: console.error.
   */
  readonly onError?: (error: unknown) => void;
  /**
   * The most that one `getToken` may take, in milliseconds; after it the upload gives up its place or tries
   * again. Default: twice `signTimeoutMs`. Give it more when a login asks the person something.
   */
  readonly tokenTimeoutMs?: number;
  /** The most that a signing function may take, in milliseconds. Default: 15 000. */
  readonly signTimeoutMs?: number;
  /** The most that one transfer may take, in milliseconds. Default: 600 000. */
  readonly transferTimeoutMs?: number;
  /**
   * The longest silence in milliseconds after the first progress of a POST, where the platform tells of
   * progress. Default: 60 000.
   */
  readonly stallTimeoutMs?: number;
  /** The longest wait for a stored file to be accepted, in milliseconds. Default: 120 000. */
  readonly acceptTimeoutMs?: number;
}

/** Tells an upload to stop. {@link createCanceller} makes one; where AbortSignal exists, it is one too. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export interface UploadProgress {
  /** 0 to 1. It never falls, not even when an upload is tried again, and is 1 only when COS has the file. */
  readonly fraction: number;
  /** Of the file, in bytes; 0 where the platform cannot tell its size. */
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export interface UploadOptions {
  /** The name of a rule of the signing functions. Default: the first rule that takes the extension. */
  readonly rule?: RuleName;
  /** One request, by POST or PUT, for a file of any size. Default: POST, or in parts from `partsFrom` on. */
  readonly method?: UploadMethod;
  /** Default: what the path ends in. */
  readonly ext?: Extension;
  /**
   * The MIME type, which COS then enforces. Default: by the extension for photos, videos, sounds and PDF;
   * an empty text leaves it to the rule, as for all other files.
   */
  readonly type?: string;
  /**
   * COS compares the file's MD5 digest. It is computed on the phone, which takes a while for a large file, and the file
   * then goes in one request, whatever its size. A phone that cannot compute it fails the upload with
   * `DigestUnavailable`. Default: false.
   */
  readonly md5?: boolean;
  /** With PUT, and where the platform tells of no progress, it is told of the beginning and the end only. */
  readonly onProgress?: (progress: UploadProgress) => void;
  readonly signal?: CancelSignal;
  /** Of {@link createPauser}: an upload in parts waits while it is paused. */
  readonly pause?: PauseSignal;
  /** The file's own name, in any language; it comes back in a download, and in what the server is told. */
  readonly name?: string;
  /** Up to ten texts of yours, 1 KB together, each under a key of a-z, 0-9 and -; the server is told of them. */
  readonly meta?: Readonly<Record<string, string>>;
  /**
   * What to wait for: COS has the file, or the service has looked at it and accepts it. What is rejected fails
   * with the code `Rejected`. Default: stored.
   */
  readonly until?: "stored" | "accepted";
}

/** A file in COS. `F` is what a file is on the platform: a path, or on the web a File. */
export interface Uploaded<F = string> {
  /** What was given to upload. */
  readonly filePath: F;
  /** The object key that the function chose. */
  readonly key: string;
  /** In bytes; 0 where the platform cannot tell it. */
  readonly size: number;
}

/** One file of a list, with options of its own over those of the list. */
export interface FileToUpload<F = string> extends UploadOptions {
  readonly filePath: F;
}

export interface UploadAllOptions
  extends Pick<UploadOptions, "rule" | "method" | "md5" | "signal" | "pause" | "until"> {
  /** `fraction` is the mean over all files; a file that failed counts as far as it came. */
  readonly onProgress?: (progress: {
    readonly fraction: number;
    readonly finished: number;
    readonly total: number;
  }) => void;
}

export type UploadOutcome<F = string> =
  | { readonly status: "uploaded"; readonly filePath: F; readonly file: Uploaded<F> }
  | { readonly status: "failed"; readonly filePath: F; readonly error: UploadError };

/** A file that the user has in COS. */
export interface StoredObject {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** When it was stored, such as `2026-11-23T08:00:00.000Z`. */
  readonly lastModified: string;
  readonly etag: string;
}

/** A page of the user's files, in the order of their keys. */
export interface ObjectPage {
  readonly objects: readonly StoredObject[];
  /** For `after` of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** What became of a file that was to be removed. */
export interface Removed {
  readonly key: string;
  readonly removed: boolean;
  /** COS's code, where it was not. */
  readonly code: string | undefined;
}

export interface Uploader<F = string> {
  /**
   * Uploads one file. A large one goes in parts: it goes on where it was after a failure and after the app was closed,
   * when the same file is uploaded again. What can succeed is tried again, each time with a new signature and so under
   * **a new object key**: network errors, timeouts, 5xx, 429, a signature that expired, and a login that
   * failed in passing. Only the key
   * in the result counts; after a lost answer COS may hold the file under another key too, which nobody
   * refers to.
   *
   * @throws {UploadError}
   */
  upload(filePath: F, options?: UploadOptions): Promise<Uploaded<F>>;
  /** Uploads every file, some at a time, and never rejects: the outcomes are in the order of the files. */
  uploadAll(
    files: readonly (F | FileToUpload<F>)[],
    options?: UploadAllOptions,
  ): Promise<readonly UploadOutcome<F>[]>;
  /**
   * What the user has uploaded, a page at a time, by the function `objects`: up to `limit`, 1 to 1000, after the `next`
   * of the page before.
   *
   * @throws {UploadError}
   */
  list(options?: { readonly after?: string; readonly limit?: number }): Promise<ObjectPage>;
  /**
   * Removes files of the user's, 1 to 1000, and tells of each what happened; one that is gone already counts as removed.
   *
   * @throws {UploadError}
   */
  remove(keys: readonly string[]): Promise<readonly Removed[]>;
}
