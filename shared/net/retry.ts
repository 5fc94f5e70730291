import type { Invocation } from "../entry/invocation.ts";

/**
 * Does the work, and once more after a random pause of 50 to 200 ms if that can help and there is time.
 *
 * @param isRetryable whether the same work may succeed a moment later
 */
export async function retryOnce<T>(
  work: () => Promise<T>,
  isRetryable: (error: unknown) => boolean,
  invocation: Invocation,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const pauseMs = 50 + Math.random() * 150;
    if (!isRetryable(error) || invocation.remainingMs() < 2 * pauseMs) throw error;
    await new Promise((resume) => setTimeout(resume, pauseMs));
    return await work();
  }
}
