import { CosError } from "../../http/errors.ts";
import type { CosRequest } from "../../http/request.ts";
import type { CosService } from "../../store/service.ts";
import { isDeleteMarker, type StoredObject, type StoredVersion } from "../../store/stored-object.ts";

/**
 * The object that a request is about: the newest version of its key, or that of its parameter versionId.
 *
 * @throws {CosError} NoSuchKey, NoSuchVersion
 */
export function findObject(service: CosService, request: CosRequest): StoredObject {
  return findVersion(service, request.key, readVersionId(request));
}

/**
 * The newest version of a key, or the one with this id. A GET for a delete marker gets a 404
 * (https://www.tencentcloud.com/document/product/436/36716).
 *
 * @throws {CosError} NoSuchKey, NoSuchVersion
 */
export function findVersion(service: CosService, key: string, versionId: string | undefined): StoredObject {
  const versions = service.store.versions(key);
  const found =
    versionId === undefined ? versions[0] : versions.find((version) => version.versionId === versionId);
  if (found === undefined && versionId !== undefined && versions.length > 0) throw noSuchVersion();
  if (found === undefined || isDeleteMarker(found)) throw noSuchKey(found);
  return found;
}

/** The parameter versionId; an empty one counts as none. */
export function readVersionId(request: CosRequest): string | undefined {
  return request.query.get("versionId") || undefined;
}

export function noSuchVersion(): CosError {
  return new CosError("NoSuchVersion", "The specified version does not exist.");
}

function noSuchKey(marker: StoredVersion | undefined): CosError {
  return new CosError("NoSuchKey", "The specified key does not exist.", {
    ...(marker !== undefined && {
      reason: "this version is a delete marker",
      headers: { "x-cos-delete-marker": "true", "x-cos-version-id": marker.versionId },
    }),
  });
}
