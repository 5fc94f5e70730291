/** One upload in progress, or one part of it. It waits for one thing at a time. */
export interface Job {
  over: boolean;
  /** Ends what the job is waiting for, if anything. */
  stop: () => void;
}

export function newJob(): Job {
  return { over: false, stop: noop };
}

/** Ends the job: whatever it is waiting for is cancelled. */
export function endJob(job: Job): void {
  job.over = true;
  job.stop();
}

export function noop(): undefined {}
