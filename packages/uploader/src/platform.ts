import type { UploadError } from "./errors";
import { failure, late, unexpected } from "./errors";
import type { Job } from "./job";
import { noop, stoppable } from "./job";
import { platformError } from "./platform-error";
import type { Sent } from "./secrets";
import { withoutSecrets } from "./secrets";
import type { Answer } from "./service-answer";
import { fieldOf, textOf, textsOf } from "./values";

/** What a request is told of by the platform. */
export interface Callbacks {
  readonly success: (answer: PlatformAnswer) => void;
  readonly fail: (error: unknown) => void;
  /** From now on, the call may be silent for this long. */
  readonly alive: (silenceMs: number) => void;
}

interface PlatformAnswer {
  readonly statusCode: number;
  readonly data: unknown;
}

/**
 * Runs one request of WeChat's until it answers, fails, takes too long, or the job is cancelled.
 *
 * @param what is waited for, in words
 * @param sent the headers and form fields; no error tells what is secret among them
 * @param begin gives the request's task. A platform may have none, or one that cannot be aborted; then what is
 * given up is merely not waited for any more.
 */
export function call(
  job: Job,
  what: string,
  timeoutMs: number,
  sent: readonly Sent[],
  begin: (callbacks: Callbacks) => unknown,
): Promise<Answer> {
  return stoppable(job, (resolve, reject) => {
    let task: unknown;
    let stopTimer = noop;
    let open = true;
    const close = () => {
      open = false;
      stopTimer();
    };
    const fail = (error: UploadError) => {
      close();
      reject(error);
    };
    const alive = (silenceMs: number) => {
      stopTimer();
      if (!open) return;
      const timer = setTimeout(() => {
        fail(late(what, silenceMs));
        tryTo(task, "abort");
      }, silenceMs);
      stopTimer = () => clearTimeout(timer);
    };
    const success = (answer: PlatformAnswer) => {
      const read = readAnswer(answer);
      // Without a status nobody has answered.
      if (!(read.statusCode >= 100)) return fail(platformError(answer, "NetworkError", sent));
      close();
      resolve(read);
    };
    try {
      task = begin({ success, fail: (error) => fail(platformError(error, "NetworkError", sent)), alive });
    } catch (error) {
      fail(thrownBy(error, sent));
    }
    // Some platforms give a promise, which rejects besides calling `fail`.
    tryTo(task, "then", noop, noop);
    if (open) alive(timeoutMs);
    return () => {
      if (open) tryTo(task, "abort");
      close();
    };
  });
}

/** Lets a task tell of its progress, if it can. `fraction` is of the whole request, 0 to 1. */
export function onTaskProgress(task: unknown, listener: (fraction: number) => void): void {
  tryTo(task, "onProgressUpdate", (update: unknown) => {
    const sent =
      Number(fieldOf(update, "totalBytesSent")) / Number(fieldOf(update, "totalBytesExpectedToSend"));
    listener(sent || Number(fieldOf(update, "progress")) / 100 || 0);
  });
}

/** What the platform knows of a file; each is undefined where it cannot tell. */
export interface FileInfo {
  /** In bytes. */
  readonly size: number | undefined;
  /** MD5, when it was asked for. */
  readonly digest: string | undefined;
}

/** @throws {UploadError} `FileUnreadable` */
export function fileInfo(job: Job, filePath: string, md5: boolean, timeoutMs: number): Promise<FileInfo> {
  const files = fileSystem();
  const option = Object.assign({ filePath }, md5 ? { digestAlgorithm: "md5" } : {});
  const info =
    ask(job, files, "getFileInfo", option, timeoutMs) ||
    ask(job, wx, "getFileInfo", option, timeoutMs) ||
    ask(job, files, "stat", { path: filePath }, timeoutMs) ||
    Promise.resolve({});
  return info.then((known) => {
    const stats = fieldOf(known, "stats") || known;
    const size = fieldOf(stats, "size");
    const digest = textOf(known, "digest");
    return {
      size: typeof size === "number" ? size : undefined,
      digest: /^[\da-f]{32}$/i.test(digest) ? digest : undefined,
    };
  });
}

/**
 * The whole file.
 *
 * @throws {UploadError} `FileUnreadable` or `FileTooLarge`; `NotSupported` where the platform reads no files
 */
export function readFile(job: Job, filePath: string, timeoutMs: number): Promise<string | ArrayBuffer> {
  const read = ask(job, fileSystem(), "readFile", { filePath }, timeoutMs);
  if (!read) throw failure("configuration", "NotSupported", "This platform cannot read files; use POST.");
  return read.then((result) => {
    const data = fieldOf(result, "data");
    if (typeof data === "string" || isBytes(data)) return data;
    throw failure("client", "FileUnreadable", "The platform gave no bytes.");
  });
}

function fileSystem(): unknown {
  return invoke(wx, "getFileSystemManager");
}

/** Calls a method that answers through `success` or `fail`; undefined where it is missing. */
function ask(
  job: Job,
  target: unknown,
  name: string,
  option: object,
  timeoutMs: number,
): Promise<unknown> | undefined {
  if (typeof fieldOf(target, name) !== "function") return undefined;
  return stoppable(job, (resolve, reject) => {
    const stop = setTimer(timeoutMs, () => {
      reject(failure("client", "FileUnreadable", `${name} did not answer within ${timeoutMs} ms.`));
    });
    const fail = (error: unknown) => {
      stop();
      reject(platformError(error, "FileUnreadable"));
    };
    const success = (result: unknown) => {
      stop();
      resolve(result);
    };
    invoke(target, name, Object.assign({ success, fail }, option));
    return stop;
  });
}

function setTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** Calls a method that a platform may lack. */
function invoke(target: unknown, name: string, ...values: unknown[]): unknown {
  const method = fieldOf(target, name);
  return typeof method === "function" ? method.apply(target, values) : undefined;
}

/** The same of what an upload can do without. */
function tryTo(target: unknown, name: string, ...values: unknown[]): void {
  try {
    invoke(target, name, ...values);
  } catch {
    // The request itself goes on, or is given up already.
  }
}

/** By its tag: a platform's buffers may come from another realm. */
function isBytes(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

function thrownBy(error: unknown, sent: readonly Sent[]): UploadError {
  return typeof fieldOf(error, "errMsg") === "string"
    ? platformError(error, "NetworkError", sent)
    : unexpected(withoutSecrets(String(error), sent));
}

/** A platform may give the status as a text, and no headers. */
function readAnswer(answer: PlatformAnswer): Answer {
  const headers = textsOf(fieldOf(answer, "header"));
  return { statusCode: Number(answer.statusCode), data: answer.data, headers };
}
