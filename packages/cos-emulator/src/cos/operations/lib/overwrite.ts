import { CosError } from "../../http/errors.ts";
import type { CosRequest } from "../../http/request.ts";

/**
 * Whether the request carries `x-cos-forbid-overwrite: true`. For POST Object too it is the HTTP header that counts:
 * that is how the official SDKs send it; a form field of this name was not found in the documentation.
 */
export function forbidsOverwrite(request: CosRequest): boolean {
  return request.headers.get("x-cos-forbid-overwrite") === "true";
}

export function fileAlreadyExists(): CosError {
  return new CosError(
    "FileAlreadyExists",
    "The object you specified already exists and can not be overwritten.",
    {
      reason: "x-cos-forbid-overwrite is true and the key exists",
    },
  );
}
