import type { Endpoint } from "./endpoint";
import type { Job } from "./job";
import type { Places } from "./places";
import type { FileInfo, Platform } from "./platform";
import type { Extension, RuleName } from "./rules";
import type { Answer, Ticket } from "./service-answer";
import type { GetToken, Tokens } from "./token";

/** An option that is undefined counts as missing, also with TypeScript's `exactOptionalPropertyTypes`. */
export interface UploaderOptions {
  /**
   * The address of the functions, or one for each. If it is not an http address, or is missing, the upload fails with
   * `InvalidUrl`.
   */
  readonly endpoint: Endpoint;
  /**
   * Returns the token for `Authorization: Bearer …`; an empty string sends none. It is called before each signature. After
   * a 401 it is called once more with `refresh: true`, to log in again; uploads that are refused at the same time share
   * that call.
   *
   * When it fails, the upload is retried as after any temporary failure, unless the error says that a retry is no use: by
   * `retryable: false`, by a `statusCode` or `status` such as 403, or by an `errMsg` of the platform.
   */
  readonly getToken?: GetToken | undefined;
  /** How many transfers run at once, 1 to 10; WeChat itself allows 10. The others wait. Default: 10. */
  readonly maxTransfers?: number | undefined;
  /**
   * Uploads large files in parts: `import { parts } from "cos-uploader/parts"`. Without it, every file goes in one request.
   */
  readonly parts?: Parts | undefined;
  /**
   * The size in bytes from which `parts` uploads a file in parts, with the function `multipart`. If that is not deployed,
   * or the platform cannot read parts of a file, the file goes in one request. Default: 10 MiB, which WeChat's own uploader
   * takes as the limit of `wx.uploadFile`.
   */
  readonly partsFrom?: number | undefined;
  /** How many parts of one file are sent at once, 1 to 5. Each takes 4 MiB of memory. Default: 4. */
  readonly partsAtOnce?: number | undefined;
  /** How many times one upload, or one part of it, is tried, including the first. Default: 4. */
  readonly maxAttempts?: number | undefined;
  /**
   * How long to wait before the second try, in milliseconds. The wait doubles with each try, up to 10 s, and is shortened
   * at random by up to half. Default: 500.
   */
  readonly backoffMs?: number | undefined;
  /**
   * Receives what one of your callbacks threw (`onProgress`, a canceller's listener), once for each callback; the upload
   * continues. Default: console.error.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
  /**
   * How long one call of `getToken` may take, in milliseconds; after that, the upload is retried or fails. Default: 30 000.
   * Use more if a login asks the person for something.
   */
  readonly tokenTimeoutMs?: number | undefined;
  /** How long a signing function may take, in milliseconds. Default: 15 000. */
  readonly signTimeoutMs?: number | undefined;
  /** How long one transfer may take, in milliseconds. Default: 600 000. */
  readonly transferTimeoutMs?: number | undefined;
  /**
   * How long a transfer may go without progress after the first progress, in milliseconds, where the platform reports
   * progress. Once all bytes are reported as sent, only `transferTimeoutMs` counts: some phones report them long before
   * they have left. Default: 60 000.
   */
  readonly stallTimeoutMs?: number | undefined;
  /** How long `until: accepted` waits, in milliseconds. Default: 120 000. */
  readonly acceptTimeoutMs?: number | undefined;
}

/** Tells an upload to stop. {@link createCanceller} makes one; an AbortSignal works too, where it exists. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export interface UploadProgress {
  /** 0 to 1. It never decreases, not even when an upload is retried, and is 1 only when COS has the file. */
  readonly fraction: number;
  /** In bytes of the file; 0 if the platform cannot tell the file's size. */
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export interface UploadOptions {
  /** The name of a rule of the signing functions. Default: the first rule that allows the extension. */
  readonly rule?: RuleName | undefined;
  /**
   * How to send the file in one request: `import { put } from "cos-uploader/put"` for PUT. Default: POST, which streams the
   * file and reports progress.
   */
  readonly method?: Method | undefined;
  /** Default: the extension of the path, or else of the file's type, where the platform knows it. */
  readonly ext?: Extension | undefined;
  /** The MIME type, which COS then enforces. Default: the rule's first type for the extension. */
  readonly type?: string | undefined;
  /**
   * `import { md5 } from "cos-uploader/md5"` to have COS compare the file's MD5 digest. Computing it on the phone takes a
   * while for a large file, and the file then goes in one request, whatever its size. Default: no comparison.
   */
  readonly md5?: Digest | undefined;
  /** With PUT, or where the platform reports no progress, it is called only at the beginning and the end. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
  readonly signal?: CancelSignal | undefined;
  /** The signal of `createPauser` from `cos-uploader/parts`. An upload in parts waits while it is paused. */
  readonly pause?: PauseSignal | undefined;
  /** The file's own name, in any language. Downloads use it, and the server receives it. */
  readonly name?: string | undefined;
  /**
   * Up to ten texts of your own, 1 KB in total, each under a key of a-z, 0-9 and -. The server receives them.
   */
  readonly meta?: Readonly<Record<string, string>> | undefined;
  /**
   * What to wait for once COS has the file. With `import { accepted } from "cos-uploader/accepted"`, the upload waits until
   * the service has checked and accepted the file; if it is rejected, the upload fails with the code `Rejected`. Default:
   * nothing.
   */
  readonly until?: Acceptance | undefined;
}

/** A file in COS. `F` is the platform's type for files: a path, or a `File` on the web. */
export interface Uploaded<F = string> {
  /** The file that was passed to `upload`. */
  readonly filePath: F;
  /** The object key that the function chose. */
  readonly key: string;
  /** In bytes; 0 if the platform cannot tell it. */
  readonly size: number;
}

/** Tells uploads in parts to pause, and to resume. */
export interface PauseSignal {
  readonly paused: boolean;
  /** Calls `listener` at every change. Returns a function that removes it. */
  onChange(listener: () => void): () => void;
}

export interface Uploader<F = string> {
  /**
   * Uploads one file. It retries failures that may be temporary: network errors, timeouts, 5xx, 429, an expired signature,
   * a login that failed. Each retry uses a new signature and therefore **a new object key**. Only the key in the result
   * counts: if an answer was lost, COS may also have the file under another key, to which nothing refers. With `parts`, a
   * large file that is uploaded again after a failure, or after the app was closed, continues where it stopped.
   *
   * @throws {UploadError}
   */
  upload(filePath: F, options?: UploadOptions): Promise<Uploaded<F>>;
  /** For the other entry points, such as `cos-uploader/objects`. */
  readonly settings: Settings<F>;
}

/** An uploader's settings, with defaults filled in. */
export interface Settings<F> {
  readonly platform: Platform<F>;
  /** The options as the caller gave them. */
  readonly options: UploaderOptions;
  /** Undefined when the caller gave no `getToken`. */
  readonly tokens: Tokens | undefined;
  /** The places for transfers, which all uploads share. */
  readonly places: Places;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly signTimeoutMs: number;
  readonly transferTimeoutMs: number;
  readonly stallTimeoutMs: number;
  readonly acceptTimeoutMs: number;
}

/** How a file is uploaded, and what is known about it. */
export interface About extends Omit<UploadOptions, "ext" | "md5"> {
  readonly ext: string | undefined;
  /** In bytes; undefined if the platform cannot tell. */
  readonly size: number | undefined;
  /** The digest, if COS should compare it. */
  readonly md5: string | undefined;
}

/** The type of `md5` in `cos-uploader/md5`. */
export type Digest = <F>(job: Job, file: F, settings: Settings<F>) => Promise<FileInfo>;

/** A way to upload in one request: a form, or `put` from `cos-uploader/put`. */
export interface Method {
  /** The function that signs it. */
  readonly signedBy: "post-policy" | "put-sign";
  /**
   * Sends a signed request with the file.
   *
   * @param onSent called with the fraction that has been sent
   * @throws {UploadError} when the platform could not send it
   */
  readonly transfer: <F>(
    job: Job,
    file: F,
    ticket: Ticket,
    settings: Settings<F>,
    onSent: (fraction: number) => void,
  ) => Promise<Answer>;
}

/** The rest of an upload, after it has left its first place. */
export type Rest<F> = () => Uploaded<F> | Promise<Uploaded<F>>;

/** The type of `parts` in `cos-uploader/parts`. It returns undefined for a file that goes in one request. */
export type Parts = <F>(settings: Settings<F>) => (job: Job, file: F, about: About) => Rest<F> | undefined;

/** The type of `accepted` in `cos-uploader/accepted`. */
export type Acceptance = <F>(job: Job, file: Uploaded<F>, settings: Settings<F>) => Promise<Uploaded<F>>;
