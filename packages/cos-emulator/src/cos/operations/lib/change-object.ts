import type { CosRequest } from "../../http/request.ts";
import type { CosService } from "../../store/service.ts";
import type { ObjectAttributes, StoredObject } from "../../store/stored-object.ts";
import { findObject } from "./find-object.ts";

/**
 * Changes attributes of the object that a request is about.
 *
 * @throws {CosError} NoSuchKey, NoSuchVersion
 */
export async function changeObject(
  service: CosService,
  request: CosRequest,
  attributes: Partial<ObjectAttributes>,
): Promise<StoredObject> {
  for (;;) {
    const changed = await service.store.change(findObject(service, request), attributes);
    // It was replaced or deleted between the two steps: look again.
    if (changed !== undefined) return changed;
  }
}
