import { ApiError } from "./api-error.ts";

/** Reads a Timestamp parameter or X-TC-Timestamp header: Unix seconds in decimal digits. */
export function parseTimestamp(text: string): number {
  if (!/^\d{1,11}$/.test(text)) {
    throw new ApiError("InvalidParameterValue", "The timestamp is not a whole number of Unix seconds.");
  }
  return Number(text);
}
