import { CosError, invalidArgument } from "../../http/errors.ts";
import { Query } from "../../http/query.ts";
import type { CosService } from "../../store/service.ts";
import { isDeleteMarker, type StoredObject } from "../../store/stored-object.ts";
import type { Right } from "../operation.ts";

/**
 * The object that GET and HEAD of a link return: the newest version of its target, which is in the same bucket
 * (https://cloud.tencent.com/document/product/436/109082). We could not find out what COS answers if the target does
 * not exist or is a link itself.
 *
 * @throws {CosError} NoSuchKey, InvalidArgument
 */
export function followSymlink({ store }: CosService, object: StoredObject): StoredObject {
  const { symlinkTarget } = object;
  if (symlinkTarget === undefined) return object;
  const target = store.get(symlinkTarget);
  if (target === undefined) {
    throw new CosError("NoSuchKey", "The specified key does not exist.", {
      reason: `the link's target ${JSON.stringify(symlinkTarget)} does not exist`,
    });
  }
  if (target.symlinkTarget === undefined) return target;
  throw invalidArgument("the link's target is itself a link");
}

/**
 * The permission for the target that reading through a link also requires. We could not find out whether COS requires
 * it; without it, anybody who may create links could read every object.
 */
export function rightToTarget(
  service: CosService,
  key: string,
  query: Query,
  action: Right["action"],
): readonly Right[] {
  const versions = service.store.versions(key);
  const versionId = query.get("versionId") || undefined;
  const object =
    versionId === undefined ? versions[0] : versions.find((version) => version.versionId === versionId);
  if (object === undefined || isDeleteMarker(object) || object.symlinkTarget === undefined) return [];
  return [{ service, action, key: object.symlinkTarget, query: NO_QUERY }];
}

/** The target's newest version is used, whatever the link's version. */
const NO_QUERY = new Query([]);
