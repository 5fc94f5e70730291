import type { Explanation } from "../../../packages/cos-explain/src/index.ts";

/**
 * Whether the same upload may succeed with a new signature and no other change.
 *
 * @param status the HTTP status; 0 when there was no answer
 * @param cause the cause of COS's refusal, if COS refused
 */
export function canRetry(status: number, cause?: Explanation["cause"]): boolean {
  if (cause === "expired") return true;
  // 401 may succeed after a login.
  return status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
}
