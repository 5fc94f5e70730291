import type { UploadError } from "./errors";
import { cancelled, failure, late } from "./errors";
import type { Job } from "./job";
import { noop } from "./job";
import type { Platform, PlatformAnswer, PlatformCode, Told } from "./platform";
import type { Sent } from "./secrets";
import { withoutSecrets } from "./secrets";
import type { Answer } from "./service-answer";
import { fieldOf, tryTo } from "./values";

/** The callbacks that a request receives. */
export interface Callbacks<T> extends Told<T> {
  /** Restarts the timeout: from now on, the platform may be silent for this long. */
  readonly alive: (silenceMs: number) => void;
}

/** Interprets a platform's failures. */
export type Reader = Pick<Platform<never>, "meaningOf">;

/** Makes an error from what the platform passed to `fail`, or threw. */
export type ErrorOf = (error: unknown, isThrown?: boolean) => UploadError;

/**
 * Interprets what a platform passes to `fail`, or throws. It throws only because of a mistake in code: the platform lacks a
 * method, got a wrong argument, or is another one than the code is for.
 *
 * @param otherwise the code of a `fail` that does not tell what it means
 * @param sent what the request contained: Android quotes a header that it rejects, with its value
 */
export function errorsOf(reader: Reader, otherwise: PlatformCode, sent: readonly Sent[]): ErrorOf {
  return (error, isThrown) => {
    const { code, message, errno } = reader.meaningOf(error, isThrown ? "Unexpected" : otherwise);
    return failure(code, withoutSecrets(message, sent), { errno });
  };
}

/**
 * Has the platform do one thing, and waits until it is done, fails, takes too long, or the job is cancelled.
 *
 * @param what what to wait for, as the subject of an error's sentence
 * @param begin starts it and returns the platform's task, if there is one. A task that cannot be aborted continues, but
 *   nobody waits for it.
 */
export function run<T>(
  job: Job,
  what: string,
  timeoutMs: number,
  errorOf: ErrorOf,
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
 * Makes one request through the platform.
 *
 * @param what what to wait for, as the subject of an error's sentence
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
  const errorOf = errorsOf(platform, "NetworkError", sent);
  return run(job, what, timeoutMs, errorOf, begin).then((answer) => {
    // Some platforms give the status as a string.
    const statusCode = Number(fieldOf(answer, "statusCode"));
    // Without a status there was no answer.
    if (!(statusCode >= 100)) throw errorOf(answer);
    return { statusCode, data: answer.data, requestId: requestIdIn(answer.header) };
  });
}

/** Finds the request id in headers, whatever their form: an object, with names in any case and values in lists, or a text. */
function requestIdIn(header: unknown): string {
  return (/x-(cos|scf)-request-id\W+([\w+/=-]+)/i.exec(JSON.stringify(header)) || [])[2] || "";
}

/**
 * Asks the platform about a file, or for its content.
 *
 * @throws {UploadError} `FileUnreadable`, or the platform's own reason
 */
export function askFile<T>(
  job: Job,
  settings: { readonly platform: Reader; readonly transferTimeoutMs: number },
  begin: (told: Told<T>) => unknown,
): Promise<T> {
  return run(
    job,
    "The file",
    settings.transferTimeoutMs,
    errorsOf(settings.platform, "FileUnreadable", []),
    begin,
  );
}
