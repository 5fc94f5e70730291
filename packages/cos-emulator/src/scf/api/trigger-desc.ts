import { ApiError } from "../../cloud-api/api-error.ts";
import { members } from "../../cloud-api/json.ts";
import { readJson } from "../../json/read-json.ts";

/**
 * Reads the TriggerDesc of a Function URL or a COS trigger, which is JSON in a string.
 *
 * @throws {ApiError} InvalidParameterValue.TriggerDesc, or InvalidParameter when it is not an object
 */
export function readTriggerDesc(text: string): ReadonlyMap<string, unknown> {
  const value = readJson(text);
  if (value !== undefined) return members(value, "TriggerDesc");
  throw new ApiError("InvalidParameterValue.TriggerDesc", "TriggerDesc is not JSON.");
}
