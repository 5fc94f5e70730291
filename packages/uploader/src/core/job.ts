import type { UploadError } from "./errors";
import { cancelled } from "./errors";

/** One upload under way, or a part of one. */
export interface Job {
  over: boolean;
  /** Each ends something that the job waits for. */
  stops: (() => void)[];
  /** Whether the one new login was spent. */
  readonly login: { spent: boolean };
}

/** @param parent its end is also this one's */
export function newJob(parent?: Job): Job {
  const { over, login } = parent || { over: false, login: { spent: false } };
  const job: Job = { over, stops: [], login };
  if (parent) parent.stops.push(() => endJob(job));
  return job;
}

/** Whatever the job waits for ends, as cancelled. */
export function endJob(job: Job): void {
  job.over = true;
  job.stops.slice().forEach((stop) => {
    stop();
  });
}

/** A step of a job that ends when the job is cancelled. `begin` gives what then stops it. */
export function stoppable<T>(
  job: Job,
  begin: (resolve: (value: T) => void, reject: (error: UploadError) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (job.over) return reject(cancelled());
    let stop = noop;
    const end = () => {
      leave();
      reject(cancelled());
      stop();
    };
    const leave = () => {
      job.stops = job.stops.filter((other) => other !== end);
    };
    job.stops.push(end);
    stop = begin(
      (value) => {
        leave();
        resolve(value);
      },
      (error) => {
        leave();
        reject(error);
      },
    );
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
  return stoppable(job, (resolve) => timer(ms, resolve));
}

/** Rejects with `late()` when the promise has not settled within `ms` milliseconds. */
export function limited<T>(promise: Promise<T>, ms: number, late: () => UploadError): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = timer(ms, () => reject(late()));
    promise.then(end, end);
    promise.then(resolve, reject);
  });
}

/** Runs something after a while, unless what it gives back is called before. */
export function timer(ms: number, run: () => void): () => void {
  const id = setTimeout(run, ms);
  return () => clearTimeout(id);
}

export function noop(): void {}
