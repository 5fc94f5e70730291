/** One upload under way, or a part of one. It waits for one thing at a time. */
export interface Job {
  over: boolean;
  /** Ends what the job waits for, if it still does. */
  stop: () => void;
}

export function newJob(): Job {
  return { over: false, stop: noop };
}

/** Whatever the job waits for ends, as cancelled. */
export function endJob(job: Job): void {
  job.over = true;
  job.stop();
}

export function noop(): void {}
