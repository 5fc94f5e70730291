import { CosError } from "../../http/errors.ts";
import type { StoredObject } from "../../store/stored-object.ts";

const ARCHIVES: ReadonlySet<string> = new Set(["ARCHIVE", "DEEP_ARCHIVE"]);

/**
 * Refuses an object whose bytes lie in an archive: they must be restored first
 * (https://cloud.tencent.com/document/product/436/12633).
 *
 * @throws {CosError} InvalidObjectState
 */
export function checkNotArchived({ storageClass }: StoredObject): void {
  if (!ARCHIVES.has(storageClass)) return;
  throw new CosError("InvalidObjectState", "The operation is not valid for the object's storage class", {
    reason: `the object is in ${storageClass} and was not restored`,
  });
}
