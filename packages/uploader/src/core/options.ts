import type { Endpoint } from "./endpoint";
import type { Job } from "./job";
import type { Places } from "./places";
import type { FileInfo, Platform } from "./platform";
import type { Extension, RuleName } from "./rules";
import type { Answer, Ticket } from "./service-answer";
import type { GetToken, Tokens } from "./token";

export interface UploaderOptions {
  /**
   * Where the functions answer: one address, or one for each. What is no http address, or is missing, fails the
   * upload with `InvalidUrl`.
   */
  readonly endpoint: Endpoint;
  /**
   * Gives the token for `Authorization: Bearer …`; an empty text sends none. It is asked before each
   * signature. After a 401 it is asked once more with `refresh: true`, to log in again; uploads that are
   * refused at the same time share that one call.
   *
   * When it fails, the upload is tried again as after any passing trouble, unless what it throws says that it is
   * none: `retryable: false`, a `statusCode` or `status` such as 403, or an `errMsg` of the platform's.
   */
  readonly getToken?: GetToken;
  /** Uploads at once, 1 to 10; WeChat itself allows 10. The others wait. Default: 10. */
  readonly maxTransfers?: number;
  /**
   * What uploads large files in parts: `import { parts } from "cos-uploader/parts"`. Without it every file goes in one
   * request.
   */
  readonly parts?: Parts;
  /**
   * The size in bytes from which `parts` uploads a file, with the function `multipart`; where that is not deployed, or the
   * platform reads no parts of a file, it goes in one request. Default: 10 MiB, what WeChat's own uploader takes for the
   * most of `wx.uploadFile`.
   */
  readonly partsFrom?: number;
  /** Of one file, the parts at once, 1 to 5: as many are in memory, 4 MiB each. Default: 4. */
  readonly partsAtOnce?: number;
  /** How often one upload, or one part of it, is tried, the first time included. Default: 4. */
  readonly maxAttempts?: number;
  /** The wait before the second try in milliseconds; it doubles with each, up to 10 s, less up to half by chance. Default: 500. */
  readonly backoffMs?: number;
  /**
   * Called with what a callback of yours threw (`onProgress`, a canceller's listener), once for each callback;
   * the upload continues. Default: console.error.
   */
  readonly onError?: (error: unknown) => void;
  /**
   * The most that one `getToken` may take, in milliseconds; after it the upload gives up its place or tries
   * again. Default: 30 000. Give it more when a login asks the person something.
   */
  readonly tokenTimeoutMs?: number;
  /** The most that a signing function may take, in milliseconds. Default: 15 000. */
  readonly signTimeoutMs?: number;
  /** The most that one transfer may take, in milliseconds. Default: 600 000. */
  readonly transferTimeoutMs?: number;
  /**
   * The longest silence in milliseconds after the first progress of a POST, where the platform reports
   * progress. Default: 60 000.
   */
  readonly stallTimeoutMs?: number;
  /** The longest wait of `until: accepted`, in milliseconds. Default: 120 000. */
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
  /**
   * One request of another kind: by PUT with `import { put } from "cos-uploader/put"`. Default: by POST, which
   * streams the file and reports its progress.
   */
  readonly method?: Method;
  /** Default: what the path ends in. */
  readonly ext?: Extension;
  /**
   * The MIME type, which COS then enforces. Default: the first that the rule has for the extension.
   */
  readonly type?: string;
  /**
   * `import { md5 } from "cos-uploader/md5"`: COS compares the file's MD5 digest. It is computed on the phone, which takes a
   * while for a large file, and the file then goes in one request, whatever its size. Default: not compared.
   */
  readonly md5?: Digest;
  /** With PUT, and where the platform reports no progress, it is called only at the beginning and the end. */
  readonly onProgress?: (progress: UploadProgress) => void;
  readonly signal?: CancelSignal;
  /** Of `createPauser` in `cos-uploader/parts`: an upload in parts waits while it is paused. */
  readonly pause?: PauseSignal;
  /** The file's own name, in any language; it comes back in a download, and in what the server receives. */
  readonly name?: string;
  /**
   * Up to ten texts of your own, 1 KB in total, each under a key of a-z, 0-9 and -; the server receives them.
   */
  readonly meta?: Readonly<Record<string, string>>;
  /**
   * What to wait for once COS has the file: with `import { accepted } from "cos-uploader/accepted"`, that the service has
   * looked at it and accepts it. What is rejected fails with the code `Rejected`. Default: nothing.
   */
  readonly until?: Acceptance;
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

/** Tells uploads in parts to pause, and to resume. */
export interface PauseSignal {
  readonly paused: boolean;
  /** Calls back at every change. Returns a function that stops this. */
  onChange(listener: () => void): () => void;
}

export interface Uploader<F = string> {
  /**
   * Uploads one file. What can succeed is retried, each time with a new signature and so under **a new object
   * key**: network errors, timeouts, 5xx, 429, a signature that expired, and a login that failed in passing.
   * Only the key in the result counts; after a lost answer COS may hold the file under another key too, which
   * nobody refers to. With `parts`, a large file goes on where it was after a failure and after the app was
   * closed, when it is uploaded again.
   *
   * @throws {UploadError}
   */
  upload(filePath: F, options?: UploadOptions): Promise<Uploaded<F>>;
  /** For the entries besides the first, such as `cos-uploader/objects`. */
  readonly settings: Settings<F>;
}

/** An uploader's settings, with what was left out. */
export interface Settings<F> {
  readonly platform: Platform<F>;
  /** As they were given. */
  readonly options: UploaderOptions;
  /** Undefined when the caller has no tokens. */
  readonly tokens: Tokens | undefined;
  /** For each transfer, shared by all uploads. */
  readonly places: Places;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly signTimeoutMs: number;
  readonly transferTimeoutMs: number;
  readonly stallTimeoutMs: number;
}

/** How a file is uploaded, and what is known of it. */
export interface About extends Omit<UploadOptions, "ext" | "md5"> {
  readonly ext: string | undefined;
  /** In bytes; undefined where the platform cannot tell. */
  readonly size: number | undefined;
  /** The digest, if it is wanted. */
  readonly md5: string | undefined;
}

/** What `cos-uploader/md5` has. */
export type Digest = <F>(job: Job, file: F, settings: Settings<F>) => Promise<FileInfo>;

/** A way to upload in one request: by a form, or by what `cos-uploader/put` has. */
export interface Method {
  /** The function that signs it. */
  readonly signedBy: "post-policy" | "put-sign";
  /**
   * Sends a file with what was signed.
   *
   * @param onSent called with the fraction that was sent
   * @throws {UploadError} what the platform says of it
   */
  readonly transfer: <F>(
    job: Job,
    file: F,
    ticket: Ticket,
    settings: Settings<F>,
    onSent: (fraction: number) => void,
  ) => Promise<Answer>;
}

/** What is left to do of an upload that has given up its first place. */
export type Rest<F> = () => Uploaded<F> | Promise<Uploaded<F>>;

/** What `cos-uploader/parts` provides. It returns undefined for a file that goes in one request. */
export type Parts = <F>(settings: Settings<F>) => (job: Job, file: F, about: About) => Rest<F> | undefined;

/** What `cos-uploader/accepted` has. */
export type Acceptance = <F>(job: Job, file: Uploaded<F>, settings: Settings<F>) => Promise<Uploaded<F>>;
