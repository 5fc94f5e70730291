import type { ObjectStore } from "../../packages/cos-emulator/src/index.ts";
import type { ObjectList } from "./config.ts";

/** The most that one list holds. */
const MAX_LISTED = 200;

/** What is stored, newest first; `now` is the emulator's clock. */
export function listObjects(store: ObjectStore, now: number): ObjectList {
  const all = [...store.all()].sort((a, b) => b.lastModified - a.lastModified || (a.key < b.key ? -1 : 1));
  return {
    total: all.length,
    now,
    objects: all
      .slice(0, MAX_LISTED)
      .map(({ key, size, contentType, lastModified }) => ({ key, size, contentType, lastModified })),
  };
}

/** Deletes one object, or with `undefined` all of them; how many there were. */
export async function deleteObjects(store: ObjectStore, key: string | undefined): Promise<number> {
  const keys = key === undefined ? store.all().map((object) => object.key) : [key];
  const deleted = await Promise.all(keys.map((one) => store.delete(one)));
  return deleted.filter(Boolean).length;
}
