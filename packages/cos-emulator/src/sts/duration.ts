import { ApiError } from "../cloud-api/api-error.ts";
import type { Parameters } from "../cloud-api/parameters.ts";

/**
 * Reads DurationSeconds. The API documents no minimum; less than a second makes no sense.
 *
 * @throws {ApiError} InvalidParameter.OverTimeError above the maximum, InvalidParameter.ParamError below one second
 */
export function readDurationSeconds(
  parameters: Parameters,
  defaultSeconds: number,
  maxSeconds: number,
): number {
  const seconds = parameters.integer("DurationSeconds") ?? defaultSeconds;
  if (seconds > maxSeconds) {
    throw new ApiError("InvalidParameter.OverTimeError", `DurationSeconds is more than ${maxSeconds}.`);
  }
  if (seconds < 1) throw new ApiError("InvalidParameter.ParamError", "DurationSeconds is less than 1.");
  return seconds;
}
