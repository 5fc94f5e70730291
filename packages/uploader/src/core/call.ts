import type { UploadError } from "./errors";
import { cancelled, failure, late } from "./errors";
import type { Job } from "./job";
import { noop } from "./job";
import type { Platform, PlatformAnswer, PlatformCode, Told } from "./platform";
import { isRetryable, kindOf } from "./platform";
import type { Sent } from "./secrets";
import { withoutSecrets } from "./secrets";
import type { Answer } from "./service-answer";
import { fieldOf, textsOf, tryTo } from "./values";

/** What a request gets, and what it may report. */
export interface Callbacks<T> extends Told<T> {
  /** From now on, the platform may be silent for this long. */
  readonly alive: (silenceMs: number) => void;
}

/** What reads a platform's failures. */
export type Reader = Pick<Platform<never>, "meaningOf">;

/**
 * What a `fail` of the platform means.
 *
 * @param sent with the request: Android names the header that it does not like, and says its value
 */
export function platformError(
  { meaningOf }: Reader,
  fail: unknown,
  otherwise: PlatformCode,
  sent: readonly Sent[],
): UploadError {
  const { code, message, errno } = meaningOf(fail, otherwise);
  return failure(kindOf(code), code, withoutSecrets(message, sent), { retryable: isRetryable(code), errno });
}

/**
 * Has the platform do one thing, until it is done, fails, takes too long, or the job is cancelled.
 *
 * @param what is waited for, in words
 * @param errorOf what it tells, or throws
 * @param begin gives the platform's task, if there is one. If it cannot be aborted, it is just no longer waited
 *   for.
 */
export function run<T>(
  job: Job,
  what: string,
  timeoutMs: number,
  errorOf: (fail: unknown, isThrown?: boolean) => UploadError,
  begin: (callbacks: Callbacks<T>) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (job.over) return reject(cancelled());
    let isOpen = true;
    let task: unknown;
    let timer: ReturnType<typeof setTimeout>;
    const close = () => {
      isOpen = false;
      clearTimeout(timer);
    };
    const giveUp = (error: UploadError) => {
      reject(error);
      if (isOpen) tryTo(task, "abort", []);
      close();
    };
    const alive = (silenceMs: number) => {
      clearTimeout(timer);
      if (isOpen) timer = setTimeout(() => giveUp(late(what, silenceMs)), silenceMs);
    };
    const fail = (error: unknown, isThrown?: boolean) => {
      close();
      reject(errorOf(error, isThrown));
    };
    const success = (result: T) => {
      close();
      resolve(result);
    };
    job.stop = () => giveUp(cancelled());
    alive(timeoutMs);
    try {
      task = begin({ success, fail, alive });
      // Some platforms return a promise, which rejects in addition to calling `fail`.
      tryTo(task, "then", [noop, noop]);
    } catch (error) {
      fail(error, true);
    }
  });
}

/**
 * One request of the platform's.
 *
 * @param what is waited for, in words
 * @param sent the headers and form fields; errors never contain the secrets among them
 */
export function call(
  job: Job,
  platform: Reader,
  what: string,
  timeoutMs: number,
  sent: readonly Sent[],
  begin: (callbacks: Callbacks<PlatformAnswer>) => unknown,
): Promise<Answer> {
  // What is thrown is a mistake of somebody's code: it says what the platform does not have, or was not given.
  const errorOf = (error: unknown, isThrown?: boolean) =>
    platformError(platform, error, isThrown ? "Unexpected" : "NetworkError", sent);
  return run(job, what, timeoutMs, errorOf, begin).then((answer) => {
    // A platform may give the status as a text, and no headers.
    const statusCode = Number(answer.statusCode);
    // Without a status there was no answer.
    if (!(statusCode >= 100)) throw errorOf(answer);
    return { statusCode, data: answer.data, headers: textsOf(fieldOf(answer, "header")) };
  });
}

/**
 * What the platform knows of a file, or a part of what is in it.
 *
 * @throws {UploadError} `FileUnreadable`, or what the platform says
 */
export function askFile<T>(
  job: Job,
  platform: Reader,
  timeoutMs: number,
  begin: (told: Told<T>) => unknown,
): Promise<T> {
  const errorOf = (error: unknown) => platformError(platform, error, "FileUnreadable", []);
  return run(job, "The file", timeoutMs, errorOf, begin);
}
