import type { UploadError } from "./errors";
import { failure, late, unexpected } from "./errors";
import type { Job } from "./job";
import { noop, stoppable, timer } from "./job";
import type { FileInfo, Platform, PlatformAnswer, PlatformCode, Range, Told } from "./platform";
import { MEANINGS } from "./platform";
import type { Sent } from "./secrets";
import { withoutSecrets } from "./secrets";
import type { Answer } from "./service-answer";
import { fieldOf, isRecord, textsOf } from "./values";

/** What a request is told of, and may tell. */
export interface Callbacks extends Told<PlatformAnswer> {
  /** From now on, the call may be silent for this long. */
  readonly alive: (silenceMs: number) => void;
}

/** What reads a platform's failures. */
type Reader = Pick<Platform<never>, "meaningOf">;

/**
 * What a `fail` of the platform means.
 *
 * @param sent with the request: Android names the header that it does not like, and says its value
 */
export function platformError(
  { meaningOf }: Reader,
  fail: unknown,
  otherwise: PlatformCode = "NetworkError",
  sent: readonly Sent[] = [],
): UploadError {
  const { code, message, errno } = meaningOf(fail, otherwise);
  const [kind, retryable] = MEANINGS[code];
  return failure(kind, code, withoutSecrets(message, sent), errno ? { retryable, errno } : { retryable });
}

/**
 * Runs one request of the platform's until it answers, fails, takes too long, or the job is cancelled.
 *
 * @param what is waited for, in words
 * @param sent the headers and form fields; no error tells what is secret among them
 * @param begin gives the request's task. A platform may have none, or one that cannot be aborted; then what is
 * given up is merely not waited for any more.
 */
export function call(
  job: Job,
  platform: Reader,
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
    const end = (error: UploadError) => {
      close();
      reject(error);
    };
    const fail = (error: unknown) => end(platformError(platform, error, "NetworkError", sent));
    const alive = (silenceMs: number) => {
      stopTimer();
      if (!open) return;
      stopTimer = timer(silenceMs, () => {
        end(late(what, silenceMs));
        tryTo(task, "abort");
      });
    };
    const success = (answer: PlatformAnswer) => {
      const read = readAnswer(answer);
      // Without a status nobody has answered.
      if (!(read.statusCode >= 100)) return fail(answer);
      close();
      resolve(read);
    };
    try {
      task = begin({ success, fail, alive });
    } catch (error) {
      if (typeof fieldOf(error, "errMsg") === "string") fail(error);
      else end(unexpected(withoutSecrets(String(error), sent)));
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

/** What the platform knows of a file. @throws {UploadError} `FileUnreadable` */
export function fileInfo<F>(
  job: Job,
  platform: Platform<F>,
  file: F,
  md5: boolean,
  timeoutMs: number,
): Promise<FileInfo> {
  const begin = platform.info(file, md5);
  return begin
    ? ask(job, platform, begin, timeoutMs)
    : Promise.resolve({ size: undefined, digest: undefined });
}

/**
 * The whole file, or a part of it.
 *
 * @throws {UploadError} `FileUnreadable` or `FileTooLarge`; `NotSupported` where the platform reads no files
 */
export function readFile<F>(
  job: Job,
  platform: Platform<F>,
  file: F,
  timeoutMs: number,
  range?: Range,
): Promise<unknown> {
  const begin = platform.read(file, range);
  if (!begin) throw failure("configuration", "NotSupported", "This platform cannot read files; use POST.");
  return ask(job, platform, begin, timeoutMs).then((data) => {
    if (typeof data === "string" || isRecord(data)) return data;
    throw failure("client", "FileUnreadable", "The platform gave no bytes.");
  });
}

function ask<T>(job: Job, platform: Reader, begin: (told: Told<T>) => void, timeoutMs: number): Promise<T> {
  return stoppable(job, (resolve, reject) => {
    const stop = timer(timeoutMs, () => {
      reject(failure("client", "FileUnreadable", `The file did not come within ${timeoutMs} ms.`));
    });
    begin({
      success(result) {
        stop();
        resolve(result);
      },
      fail(error) {
        stop();
        reject(platformError(platform, error, "FileUnreadable"));
      },
    });
    return stop;
  });
}

/** Calls a method of what an upload can do without. */
function tryTo(target: unknown, name: string, ...values: unknown[]): void {
  try {
    const method = fieldOf(target, name);
    if (typeof method === "function") method.apply(target, values);
  } catch {
    // The request itself goes on, or is given up already.
  }
}

/** A platform may give the status as a text, and no headers. */
function readAnswer(answer: PlatformAnswer): Answer {
  const headers = textsOf(fieldOf(answer, "header"));
  return { statusCode: Number(answer.statusCode), data: answer.data, headers };
}
