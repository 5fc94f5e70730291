import type { UploadError } from "./errors";
import { cancelled } from "./errors";

/** One upload under way. */
export interface Job {
  over: boolean;
  /** Ends what the upload waits for. */
  stop: () => void;
  /** Whether the one new login was spent. */
  loggedIn: boolean;
}

export function newJob(): Job {
  return { over: false, stop: noop, loggedIn: false };
}

/** A step of a job that ends when the job is cancelled. `begin` gives what then stops it. */
export function stoppable<T>(
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

/** Waits for what others may wait for as well: a job that is cancelled stops waiting, and it goes on. */
export function waitFor<T>(job: Job, begin: () => Promise<T>): Promise<T> {
  return stoppable(job, (resolve, reject) => {
    begin().then(resolve, reject);
    return noop;
  });
}

export function sleep(job: Job, ms: number): Promise<void> {
  return stoppable(job, (resolve) => {
    const timer = setTimeout(resolve, ms);
    return () => clearTimeout(timer);
  });
}

/** Rejects with `late()` when the promise has not settled within `ms` milliseconds. */
export function limited<T>(promise: Promise<T>, ms: number, late: () => UploadError): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    const end = () => clearTimeout(timer);
    promise.then(end, end);
    promise.then(resolve, reject);
  });
}

export function noop(): void {}
