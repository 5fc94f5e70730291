import type { CosRequest } from "../../http/request.ts";
import type { CosService } from "../../store/service.ts";
import type { ObjectAttributes, StoredObject } from "../../store/stored-object.ts";
import { findObject } from "./find-object.ts";

/**
 * Changes attributes of the object that a request is about.
 *
 * @param changed the new attributes; no other change of the object comes between this and storing them
 * @param find finds the object
 * @throws {CosError} NoSuchKey, NoSuchVersion, and what `changed` throws
 */
export async function changeObject(
  service: CosService,
  request: CosRequest,
  changed: (before: StoredObject) => Partial<ObjectAttributes>,
  find: typeof findObject = findObject,
): Promise<StoredObject> {
  for (;;) {
    const after = await service.store.change(find(service, request), changed);
    // It was replaced or deleted between the two steps: look again.
    if (after !== undefined) return after;
  }
}
