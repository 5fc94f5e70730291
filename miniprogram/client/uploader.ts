/**
 * Uploads files of a Mini Program straight to COS, with signatures from the functions put-sign and
 * post-policy. It has no dependency and keeps no secret: copy this file into your project.
 */

/** POST streams the file and reports progress. PUT reads the whole file into memory first: small files only. */
export type UploadMethod = "POST" | "PUT";

export interface UploaderOptions {
  /**
   * Where the functions answer, such as `https://upload.example.com`, without a slash at its end; or one
   * address for each function, when each has a Function URL of its own.
   */
  readonly endpoint: string | { readonly "put-sign": string; readonly "post-policy": string };
  /**
   * Gives the token for `Authorization: Bearer …`; an empty text sends none. It is asked before each
   * signature. After a 401 it is asked once more with `refresh: true`, to log in again; uploads that are
   * refused at the same time share that one call.
   */
  readonly getToken?: (ask: { readonly refresh: boolean }) => string | Promise<string>;
  /** Uploads at once, 1 to 10; WeChat itself allows 10. The others wait. Default: 10. */
  readonly maxTransfers?: number;
  /** How often one upload is tried, the first time included. Default: 4. */
  readonly maxAttempts?: number;
  /** The wait before the second try in milliseconds; it doubles with each, up to 10 s, less up to half by chance. Default: 500. */
  readonly backoffMs?: number;
  /** The most that a signing function may take, in milliseconds. Default: 15 000. */
  readonly signTimeoutMs?: number;
  /** The most that one transfer may take, in milliseconds. Default: 600 000. */
  readonly transferTimeoutMs?: number;
  /** The longest silence in milliseconds after the first progress of a POST. Default: 60 000. */
  readonly stallTimeoutMs?: number;
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
  /** Of the file, in bytes. */
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export interface UploadOptions {
  /** The name of a rule of the signing functions. Default: the first rule that takes the extension. */
  readonly rule?: string;
  /** Default: POST. */
  readonly method?: UploadMethod;
  /** Default: what the path ends in. */
  readonly ext?: string;
  /**
   * The MIME type, which COS then enforces. Default: by the extension for photos, videos, sounds and PDF;
   * an empty text leaves it to the rule, as for all other files.
   */
  readonly type?: string;
  /** COS compares the file's MD5 digest. It is computed on the phone, which takes a while for a large file. Default: false. */
  readonly md5?: boolean;
  /** With PUT it is told of the beginning and the end only. */
  readonly onProgress?: (progress: UploadProgress) => void;
  readonly signal?: CancelSignal;
}

/** A file in COS. */
export interface Uploaded {
  readonly filePath: string;
  /** The object key that the function chose. */
  readonly key: string;
  /** In bytes. */
  readonly size: number;
}

/** One file of a list, with options of its own over those of the list. */
export interface FileToUpload extends UploadOptions {
  readonly filePath: string;
}

export interface UploadAllOptions extends Pick<UploadOptions, "rule" | "method" | "md5" | "signal"> {
  /** `fraction` is the mean over all files; a file that failed counts as far as it came. */
  readonly onProgress?: (progress: {
    readonly fraction: number;
    readonly finished: number;
    readonly total: number;
  }) => void;
}

export type UploadOutcome =
  | { readonly status: "uploaded"; readonly filePath: string; readonly file: Uploaded }
  | { readonly status: "failed"; readonly filePath: string; readonly error: UploadError };

/** What every rejection is. Never holds a token, a signature or a signed URL. */
export interface UploadError extends Error {
  readonly name: "UploadError";
  /**
   * Who failed: the signing function; COS; the network; nobody answered in time; the caller cancelled;
   * this phone (the file, the token).
   */
  readonly kind: "service" | "storage" | "network" | "timeout" | "cancelled" | "client";
  /**
   * - service: the function's own code, such as `ExtensionNotAllowed`, or `AnswerInvalid`
   * - storage: COS's code, such as `EntityTooLarge`
   * - either: `Http<status>` when the answer has no code
   * - network: `NetworkError`, or `DomainNotAllowed` when the Mini Program's list lacks the domain
   * - timeout: `Timeout`; cancelled: `Cancelled`
   * - client: `FileUnreadable`, `TokenUnavailable` (what `getToken` threw is the message), `Unexpected`
   */
  readonly code: string;
  /** The HTTP status, when there was an answer; else 0. */
  readonly status: number;
  /** Of the function or of COS, for their logs; empty when there is none. */
  readonly requestId: string;
  /** Whether the same upload may succeed later without any change. */
  readonly retryable: boolean;
}

export interface Uploader {
  /**
   * Uploads one file. What can succeed is tried again, each time with a new signature and so under
   * **a new object key**: network errors, timeouts, 5xx, 429, and a signature that expired. Only the key
   * in the result counts; after a lost answer COS may hold the file under another key too, which nobody
   * refers to.
   *
   * @throws {UploadError}
   */
  upload(filePath: string, options?: UploadOptions): Promise<Uploaded>;
  /** Uploads every file, some at a time, and never rejects: the outcomes are in the order of the files. */
  uploadAll(
    files: readonly (string | FileToUpload)[],
    options?: UploadAllOptions,
  ): Promise<readonly UploadOutcome[]>;
}

/** The platform's: https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html */
const PLATFORM_TRANSFERS = 10;
const MAX_WAIT_MS = 10_000;

/**
 * The types of what phones record: the first of each extension in the functions' rules
 * (`shared/upload/rules.ts`), written as `ext` or `ext:subtype`.
 */
const TYPES =
  "image/ jpg:jpeg jpeg png gif webp heic heif avif bmp tif:tiff tiff " +
  "video/ mp4 m4v:mp4 mov:quicktime webm 3gp:3gpp mkv:x-matroska avi:x-msvideo " +
  "audio/ mp3:mpeg m4a:mp4 aac wav amr ogg flac " +
  "application/ pdf ";

/** One upload under way. */
interface Job {
  over: boolean;
  /** Ends what the upload waits for. */
  stop: () => void;
  /** Whether the one new login was spent. */
  loggedIn: boolean;
}

/** What a signing function answers. */
interface Ticket {
  readonly key: string;
  readonly url: string;
  /** A PUT's are all it has; a POST has them for a rule with `forbidOverwrite`. */
  readonly header: Record<string, string>;
  readonly formData: Record<string, string>;
}

/** An answer over HTTP, as wx.request and wx.uploadFile have in common. */
interface Answer {
  readonly statusCode: number;
  readonly data: unknown;
}

interface Callbacks {
  readonly success: (answer: Answer) => void;
  readonly fail: (error: { readonly errMsg: string }) => void;
  /** From now on, the call may be silent for this long. */
  readonly alive: (silenceMs: number) => void;
}

/** Makes an uploader. Every upload of one uploader counts towards its `maxTransfers`. */
export function createUploader(settings: UploaderOptions): Uploader {
  const { endpoint, getToken = () => "" } = settings;
  const { maxAttempts = 4, backoffMs = 500 } = settings;
  const { signTimeoutMs = 15_000, transferTimeoutMs = 600_000, stallTimeoutMs = 60_000 } = settings;
  const maxTransfers = Math.min(settings.maxTransfers || PLATFORM_TRANSFERS, PLATFORM_TRANSFERS);
  const waiting: (() => void)[] = [];
  let running = 0;
  /** The login under way, and how many there were: who was refused before the last one need not log in again. */
  let login: Promise<string> | undefined;
  let logins = 0;

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        running -= 1;
        const next = waiting.shift();
        if (next) next();
      };
      const enter = () => {
        running += 1;
        const done = work();
        done.then(leave, leave);
        done.then(resolve, reject);
      };
      if (running < maxTransfers) enter();
      else waiting.push(enter);
    });
  }

  function askToken(refresh: boolean): Promise<string> {
    return Promise.resolve()
      .then(() => getToken({ refresh }))
      .then(undefined, (error) => {
        throw toUploadError(error, "TokenUnavailable");
      });
  }

  function logIn(seen: number): Promise<string> {
    if (seen !== logins) return askToken(false);
    if (!login) {
      login = askToken(true).then(
        (token) => {
          logins += 1;
          login = undefined;
          return token;
        },
        (error) => {
          login = undefined;
          throw error;
        },
      );
    }
    return login;
  }

  function sign(job: Job, method: UploadMethod, query: string): Promise<Ticket> {
    const name = method === "PUT" ? "put-sign" : "post-policy";
    const url = `${typeof endpoint === "string" ? endpoint : endpoint[name]}/${name}?${query}`;
    const ask = (token: string) =>
      call(job, signTimeoutMs, ({ success, fail }) =>
        wx.request({
          url,
          header: token ? { Authorization: `Bearer ${token}` } : {},
          timeout: signTimeoutMs,
          success,
          fail,
        }),
      );
    const seen = logins;
    return askToken(false)
      .then(ask)
      .then((answer) => {
        if (answer.statusCode !== 401 || job.loggedIn || !settings.getToken) return answer;
        job.loggedIn = true;
        return logIn(seen).then(ask);
      })
      .then((answer) => {
        if (answer.statusCode !== 200) throw serviceError(answer);
        return readTicket(answer.data, method);
      });
  }

  function send(
    job: Job,
    method: UploadMethod,
    filePath: string,
    { url, header, formData }: Ticket,
    onProgress: (fraction: number) => void,
  ): Promise<Answer> {
    const timeout = transferTimeoutMs;
    if (method === "PUT") {
      return readFile(filePath).then((data) =>
        call(job, timeout, ({ success, fail }) =>
          wx.request({ url, method, header, data, dataType: "text", timeout, success, fail }),
        ),
      );
    }
    return call(job, timeout, ({ success, fail, alive }) => {
      const task = wx.uploadFile({ url, filePath, name: "file", header, formData, timeout, success, fail });
      task.onProgressUpdate(({ totalBytesSent, totalBytesExpectedToSend }) => {
        alive(stallTimeoutMs);
        onProgress(Math.min(totalBytesSent / totalBytesExpectedToSend || 0, 0.99));
      });
      return task;
    });
  }

  function run(job: Job, filePath: string, options: UploadOptions): Promise<Uploaded> {
    const { method = "POST", rule = "", md5 = false, onProgress } = options;
    const { ext = extensionOf(filePath), type = typeOf(ext) } = options;
    return fileInfo(filePath, md5).then(({ size, digest }) => {
      const query = queryOf({ ext, type, size: String(size), md5: md5 ? digest : "", rule });
      let reached = -1;
      const report = (fraction: number) => {
        if (!onProgress || job.over || fraction <= reached) return;
        reached = fraction;
        onProgress({ fraction, sentBytes: Math.round(fraction * size), totalBytes: size });
      };
      const attempt = (triesLeft: number, waitMs: number): Promise<Uploaded> =>
        sign(job, method, query)
          .then((ticket) =>
            send(job, method, filePath, ticket, report).then((answer) => {
              if (answer.statusCode < 200 || answer.statusCode > 299) throw storageError(answer);
              return { filePath, key: ticket.key, size };
            }),
          )
          .then(undefined, (error) => {
            if (!isUploadError(error) || !error.retryable || triesLeft < 2) throw error;
            const someMs = Math.min(waitMs, MAX_WAIT_MS) * (1 - Math.random() / 2);
            return sleep(job, someMs).then(() => attempt(triesLeft - 1, waitMs * 2));
          });
      report(0);
      return attempt(maxAttempts, backoffMs).then((uploaded) => {
        report(1);
        return uploaded;
      });
    });
  }

  function upload(filePath: string, options: UploadOptions = {}): Promise<Uploaded> {
    const { signal } = options;
    const job: Job = { over: false, stop: noop, loggedIn: false };
    return new Promise((resolve, reject) => {
      const end = () => {
        job.over = true;
        if (signal) signal.removeEventListener("abort", cancel);
      };
      const cancel = () => {
        end();
        job.stop();
        reject(cancelled());
      };
      if (signal) {
        if (signal.aborted) return cancel();
        signal.addEventListener("abort", cancel);
      }
      inTurn(() => (job.over ? Promise.reject(cancelled()) : run(job, filePath, options))).then(
        (uploaded) => {
          end();
          resolve(uploaded);
        },
        (error) => {
          end();
          reject(toUploadError(error, "Unexpected"));
        },
      );
    });
  }

  function uploadAll(
    files: readonly (string | FileToUpload)[],
    options: UploadAllOptions = {},
  ): Promise<UploadOutcome[]> {
    const { onProgress } = options;
    const fractions = files.map(() => 0);
    let finished = 0;
    const report = () => {
      if (!onProgress) return;
      const sum = fractions.reduce((a, b) => a + b, 0);
      onProgress({ fraction: sum / files.length, finished, total: files.length });
    };
    return Promise.all(
      files.map((entry, index) => {
        const own: FileToUpload = typeof entry === "string" ? { filePath: entry } : entry;
        const { filePath } = own;
        const end = (outcome: UploadOutcome) => {
          finished += 1;
          report();
          return outcome;
        };
        const onFileProgress = (progress: UploadProgress) => {
          if (own.onProgress) own.onProgress(progress);
          fractions[index] = progress.fraction;
          report();
        };
        return upload(filePath, Object.assign({}, options, own, { onProgress: onFileProgress })).then(
          (file) => end({ status: "uploaded", filePath, file }),
          (error: UploadError) => end({ status: "failed", filePath, error }),
        );
      }),
    );
  }

  return { upload, uploadAll };
}

export interface Canceller {
  readonly signal: CancelSignal;
  /** Stops every upload that was given the signal. */
  cancel(): void;
}

/** A small AbortController, which Mini Programs do not have everywhere. */
export function createCanceller(): Canceller {
  let listeners: (() => void)[] = [];
  const signal = {
    aborted: false,
    addEventListener(_: "abort", listener: () => void) {
      listeners.push(listener);
    },
    removeEventListener(_: "abort", listener: () => void) {
      listeners = listeners.filter((other) => other !== listener);
    },
  };
  return {
    signal,
    cancel() {
      if (signal.aborted) return;
      signal.aborted = true;
      listeners.forEach((listener) => {
        listener();
      });
    },
  };
}

export function isUploadError(error: unknown): error is UploadError {
  return error instanceof Error && error.name === "UploadError";
}

function failure(
  kind: UploadError["kind"],
  code: string,
  message: string,
  retryable = false,
  status = 0,
  requestId = "",
): UploadError {
  return Object.assign(new Error(message || code), {
    name: "UploadError" as const,
    kind,
    code,
    status,
    requestId,
    retryable,
  });
}

function toUploadError(error: unknown, code: string): UploadError {
  return isUploadError(error) ? error : failure("client", code, String(error));
}

function cancelled(): UploadError {
  return failure("cancelled", "Cancelled", "The upload was cancelled.");
}

/** What WeChat calls `fail` with. Being sent to the background (`fail interrupted`) is one of the network's. */
function networkError({ errMsg }: { readonly errMsg: string }): UploadError {
  if (/domain list/i.test(errMsg)) return failure("network", "DomainNotAllowed", errMsg);
  if (/time ?out/i.test(errMsg)) return failure("timeout", "Timeout", errMsg, true);
  return failure("network", "NetworkError", errMsg, true);
}

/**
 * A signing function's refusal, or the platform's before it: 432 says that every instance is busy, 433 that
 * the function took too long (https://cloud.tencent.com/document/product/583/42611).
 */
function serviceError({ statusCode: status, data }: Answer): UploadError {
  const error = fieldOf(data, "error");
  const code = textOf(error, "code") || `Http${status}`;
  const mayPass = /^5|429|43[23]/.test(String(status)) && !/^(ConfigurationE|CredentialsD)/.test(code);
  return failure("service", code, textOf(error, "message"), mayPass, status, textOf(error, "requestId"));
}

/** COS's refusal, in XML (https://cloud.tencent.com/document/product/436/7730). */
function storageError({ statusCode: status, data }: Answer): UploadError {
  const element = (name: string) => groups(`<${name}>([^<]*)`, String(data))[1] || "";
  const code = element("Code") || `Http${status}`;
  const message = element("Message");
  const mayPass = status >= 500 || /expired|RequestTime/i.test(code + message);
  return failure("storage", code, message, mayPass, status, element("RequestId"));
}

function readTicket(data: unknown, method: UploadMethod): Ticket {
  const key = textOf(data, "cosKey");
  const url = textOf(data, "url");
  const isPost = method === "POST";
  const header = fieldOf(data, "headers") || (isPost && {});
  const formData = isPost ? fieldOf(data, "fields") : {};
  if (key && url && textOf(data, "method") === method && isTexts(header) && isTexts(formData))
    return { key, url, header, formData };
  throw failure("service", "AnswerInvalid", "This is no signing function's answer.");
}

/** Runs one request of WeChat's until it answers, fails, takes too long, or the job is cancelled. */
function call(
  job: Job,
  timeoutMs: number,
  begin: (callbacks: Callbacks) => { abort(): void },
): Promise<Answer> {
  return stoppable(job, (resolve, reject) => {
    let stopTimer = noop;
    let open = true;
    const close = () => {
      open = false;
      stopTimer();
    };
    const fail = (error: { readonly errMsg: string }) => {
      close();
      reject(networkError(error));
    };
    const alive = (silenceMs: number) => {
      stopTimer();
      if (!open) return;
      const timer = setTimeout(() => {
        fail({ errMsg: "timeout" });
        task.abort();
      }, silenceMs);
      stopTimer = () => clearTimeout(timer);
    };
    const task = begin({
      success(answer) {
        close();
        resolve(answer);
      },
      fail,
      alive,
    });
    alive(timeoutMs);
    return () => {
      if (open) task.abort();
      close();
    };
  });
}

function sleep(job: Job, ms: number): Promise<void> {
  return stoppable(job, (resolve) => {
    const timer = setTimeout(resolve, ms);
    return () => clearTimeout(timer);
  });
}

/** A step of a job that ends when the job is cancelled. `begin` gives what then stops it. */
function stoppable<T>(
  job: Job,
  begin: (resolve: (value: T) => void, reject: (error: UploadError) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (job.over) return reject(cancelled());
    const stop = begin(resolve, reject);
    job.stop = () => {
      reject(cancelled());
      stop();
    };
  });
}

function fileInfo(
  filePath: string,
  md5 = false,
): Promise<{ readonly size: number; readonly digest: string }> {
  return new Promise((resolve, reject) => {
    wx.getFileSystemManager().getFileInfo(
      Object.assign(
        { filePath, success: resolve, fail: unreadable(reject) },
        md5 ? { digestAlgorithm: "md5" as const } : {},
      ),
    );
  });
}

function readFile(filePath: string): Promise<string | ArrayBuffer> {
  return new Promise((resolve, reject) => {
    wx.getFileSystemManager().readFile({
      filePath,
      success: ({ data }) => resolve(data),
      fail: unreadable(reject),
    });
  });
}

function unreadable(reject: (error: UploadError) => void): (error: { readonly errMsg: string }) => void {
  return ({ errMsg }) => reject(failure("client", "FileUnreadable", errMsg));
}

function extensionOf(filePath: string): string {
  return groups("\\.(\\w{1,10})$", filePath)[1] || "";
}

/** Empty for an extension that is not in {@link TYPES}. */
function typeOf(ext: string): string {
  const name = ext.toLowerCase().replace(/\W/g, "");
  const [, type, subtype] = groups(`(\\w+/)[^/]* ${name}(?::(\\S+))? `, TYPES);
  return type ? type + (subtype || name) : "";
}

function groups(pattern: string, text: string): readonly (string | undefined)[] {
  return new RegExp(pattern).exec(text) || [];
}

/** Without what is empty. */
function queryOf(parameters: Readonly<Record<string, string>>): string {
  return Object.keys(parameters)
    .filter((name) => parameters[name])
    .map((name) => `${name}=${encodeURIComponent(parameters[name] || "")}`)
    .join("&");
}

function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function textOf(value: unknown, name: string): string {
  const field = fieldOf(value, name);
  return typeof field === "string" ? field : "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.keys(value).every((name) => typeof value[name] === "string");
}

function noop(): void {}
