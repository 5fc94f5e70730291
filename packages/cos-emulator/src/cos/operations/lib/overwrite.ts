import { CosError, invalidArgument } from "../../http/errors.ts";
import type { CosRequest } from "../../http/request.ts";
import type { CosService } from "../../store/service.ts";

/**
 * Whether the request has `x-cos-forbid-overwrite: true`. In POST Object too, this is an HTTP header: the official SDKs
 * send it this way, and the documentation has no form field of this name. Once versioning has been on, even if it is
 * suspended now, the header has no effect (https://cloud.tencent.com/document/product/436/7749). We could not find out
 * what COS makes of any other value; `True`, as Python writes it, is refused, since whoever sends it relies on it.
 *
 * @throws {CosError} InvalidArgument
 */
export function forbidsOverwrite(service: CosService, request: CosRequest): boolean {
  const value = request.headers.get("x-cos-forbid-overwrite") ?? "";
  if (!["true", "false", ""].includes(value)) {
    throw invalidArgument(`x-cos-forbid-overwrite is ${JSON.stringify(value)}; it must be true or false`);
  }
  return value === "true" && service.settings.get("versioning") === undefined;
}

/**
 * Refuses a request that must not overwrite a key that exists, before its body is received. Since the key may still be
 * created until it is, the result must be passed on to the store.
 *
 * @returns {@link forbidsOverwrite}
 * @throws {CosError} FileAlreadyExists, InvalidArgument
 */
export function checkOverwrite(service: CosService, request: CosRequest, key: string): boolean {
  const ifAbsent = forbidsOverwrite(service, request);
  if (ifAbsent && service.store.get(key) !== undefined) throw fileAlreadyExists();
  return ifAbsent;
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
