import type { ObjectStore } from "../../packages/cos-emulator/src/index.ts";
import { isOwnPlace } from "../../shared/object/places.ts";
import type { ListedObject, ObjectList } from "./config.ts";

/** The most objects in one list. */
const MAX_LISTED = 200;

/** Lists what is stored, in the order of {@link ObjectList}; `now` is the time of the emulator's clock. */
export function listObjects(store: ObjectStore, now: number): ObjectList {
  const all = store.all().map(
    ({ key, size, contentType, lastModified }): ListedObject => ({
      key,
      size,
      contentType,
      lastModified,
      isOwn: isOwnPlace(key),
    }),
  );
  all.sort(
    (a, b) =>
      Number(a.isOwn) - Number(b.isOwn) || b.lastModified - a.lastModified || (a.key < b.key ? -1 : 1),
  );
  return { total: all.length, now, objects: all.slice(0, MAX_LISTED) };
}

/** Deletes one object, or all of them for `undefined`; resolves to how many it deleted. */
export async function deleteObjects(store: ObjectStore, key: string | undefined): Promise<number> {
  const keys = key === undefined ? store.all().map((object) => object.key) : [key];
  const deleted = await Promise.all(keys.map((one) => store.delete(one)));
  return deleted.filter(Boolean).length;
}
