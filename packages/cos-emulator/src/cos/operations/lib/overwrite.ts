import { CosError } from "../../http/errors.ts";
import type { CosRequest } from "../../http/request.ts";
import type { CosService } from "../../store/service.ts";

/**
 * Whether the request carries `x-cos-forbid-overwrite: true`. For POST Object too it is the HTTP header that counts:
 * that is how the official SDKs send it; a form field of this name was not found in the documentation. Once versioning
 * was on, even if it is suspended now, the header does nothing (https://cloud.tencent.com/document/product/436/7749).
 */
export function forbidsOverwrite(service: CosService, request: CosRequest): boolean {
  return (
    service.settings.get("versioning") === undefined &&
    request.headers.get("x-cos-forbid-overwrite") === "true"
  );
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
