import type { Job } from "./job";

const MAX_WAIT_MS = 10_000;

/** Retries failures that may be temporary, with increasing waits. */
export function persistently<T>(
  job: Job,
  settings: { readonly maxAttempts: number; readonly backoffMs: number },
  work: () => Promise<T>,
): Promise<T> {
  const attempt = (triesLeft: number, waitMs: number): Promise<T> =>
    work().catch((error) => {
      if (!error.retryable || triesLeft < 2) throw error;
      const someMs = Math.min(waitMs, MAX_WAIT_MS) * (1 - Math.random() / 2);
      return sleep(job, someMs).then(() => attempt(triesLeft - 1, waitMs * 2));
    });
  return attempt(settings.maxAttempts, settings.backoffMs);
}

/** Waits. If the job ends, it stops waiting at once, and what the job does next fails as cancelled. */
export function sleep(job: Job, ms: number): Promise<void> {
  return new Promise((resolve) => {
    job.stop = resolve;
    setTimeout(resolve, ms);
  });
}
