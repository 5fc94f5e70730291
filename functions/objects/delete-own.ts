import { deleteObjects, MAX_DELETED, type NotDeleted } from "../../shared/cos/delete-objects.ts";
import type { Invocation } from "../../shared/entry/invocation.ts";
import type { OwnObjects } from "./own-objects.ts";
import type { ObjectsService } from "./service.ts";

/**
 * Deletes objects that may lie under several of the caller's prefixes, each with its own credential.
 *
 * @throws ServiceError when COS refuses or fails
 */
export async function deleteOwn(
  keys: readonly string[],
  own: OwnObjects,
  { cos }: ObjectsService,
  invocation: Invocation,
): Promise<readonly NotDeleted[]> {
  const groups = new Map<string, { credential: ReturnType<OwnObjects["credentialFor"]>; keys: string[] }>();
  for (const key of keys) {
    const credential = own.credentialFor(key);
    const group = groups.get(credential.tmpSecretId) ?? { credential, keys: [] };
    group.keys.push(key);
    groups.set(credential.tmpSecretId, group);
  }
  const failed: NotDeleted[] = [];
  for (const group of groups.values()) {
    for (let i = 0; i < group.keys.length; i += MAX_DELETED) {
      const some = group.keys.slice(i, i + MAX_DELETED);
      failed.push(...(await deleteObjects(cos, some, group.credential, invocation)));
    }
  }
  return failed;
}
