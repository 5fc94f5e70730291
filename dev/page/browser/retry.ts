import type { Explanation } from "../../../packages/cos-explain/src/index.ts";

/**
 * Whether the same upload can succeed when it is tried again, with a new signature and nothing else changed.
 *
 * @param status HTTP's; 0 when there was no answer
 * @param cause of COS's refusal, when it was that
 */
export function canRetry(status: number, cause?: Explanation["cause"]): boolean {
  if (cause === "expired") return true;
  // 401: after a login.
  return status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
}
