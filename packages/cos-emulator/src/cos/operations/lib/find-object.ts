import { CosError } from "../../http/errors.ts";
import type { CosRequest } from "../../http/request.ts";
import type { CosService } from "../../store/service.ts";
import type { StoredObject } from "../../store/stored-object.ts";

/**
 * The object that a download or a HEAD is about.
 *
 * @throws {CosError} NoSuchKey, NoSuchVersion
 */
export function findObject(service: CosService, request: CosRequest): StoredObject {
  checkVersion(request);
  const object = service.store.get(request.key);
  if (object === undefined) throw new CosError("NoSuchKey", "The specified key does not exist.");
  return object;
}

/**
 * The bucket never had versioning, so a request may name no version, an empty one, or `null`
 * (https://cloud.tencent.com/document/product/436/71307).
 *
 * @throws {CosError} NoSuchVersion
 */
export function checkVersion(request: CosRequest): void {
  const version = request.query.get("versionId") ?? "";
  if (version !== "" && version !== "null") {
    throw new CosError("NoSuchVersion", "The specified version does not exist.");
  }
}
