import { isUploadError } from "./errors";
import type { Job } from "./job";
import { sleep } from "./job";

const MAX_WAIT_MS = 10_000;

/** Tries again what may succeed later, with growing waits. */
export function persistently<T>(
  job: Job,
  { maxAttempts, backoffMs }: { readonly maxAttempts: number; readonly backoffMs: number },
  work: () => Promise<T>,
): Promise<T> {
  const attempt = (triesLeft: number, waitMs: number): Promise<T> =>
    work().then(undefined, (error) => {
      if (!isUploadError(error) || !error.retryable || triesLeft < 2) throw error;
      const someMs = Math.min(waitMs, MAX_WAIT_MS) * (1 - Math.random() / 2);
      return sleep(job, someMs).then(() => attempt(triesLeft - 1, waitMs * 2));
    });
  return attempt(maxAttempts, backoffMs);
}
