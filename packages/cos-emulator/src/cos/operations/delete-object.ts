import type { ObjectChange, Reply } from "../http/reply.ts";
import { ObjectIsLocked } from "../store/object-store.ts";
import type { CosService } from "../store/service.ts";
import { isDeleteMarker, NULL_VERSION } from "../store/stored-object.ts";
import { noSuchVersion, readVersionId } from "./lib/find-object.ts";
import { objectLocked } from "./lib/object-lock.ts";
import { versionOptions } from "./lib/version.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * DELETE Object, https://cloud.tencent.com/document/product/436/7743: 204, whether the object existed or not. If
 * versions are kept, a delete marker takes its place, unless the request names a version.
 */
export const deleteObject: SignedOperation = {
  action: "name/cos:DeleteObject",
  on: "object",
  async run({ service, request }): Promise<Reply> {
    const { versionId, isMarker, changes } = await deleteVersion(
      service,
      request.key,
      readVersionId(request),
    );
    return {
      status: 204,
      headers: {
        ...(versionId !== undefined && { "x-cos-version-id": versionId }),
        ...(isMarker && { "x-cos-delete-marker": "true" }),
      },
      changes,
    };
  },
};

const REMOVED = "cos:ObjectRemove:Delete" as const;

/** What a deletion did. */
export interface Deletion {
  /** The id of the removed version or of the new marker; undefined in a bucket that never had versioning. */
  readonly versionId: string | undefined;
  /** Whether this version is a delete marker. */
  readonly isMarker: boolean;
  /** For COS triggers; empty for a key that did not exist. */
  readonly changes: readonly ObjectChange[];
}

/** @throws {CosError} ObjectLocked; NoSuchVersion, which is our assumption: the documentation mentions it only for GET */
export async function deleteVersion(
  service: CosService,
  key: string,
  versionId: string | undefined,
): Promise<Deletion> {
  const { store, settings } = service;
  const options = versionOptions(service);
  const { lastModified: now } = options;
  if (settings.get("versioning") === undefined) {
    if (versionId !== undefined && versionId !== NULL_VERSION) throw noSuchVersion();
    const removed = await unlessLocked(store.remove(key, NULL_VERSION, now));
    const changes = removed === undefined ? [] : [{ event: REMOVED, key }];
    return { versionId: undefined, isMarker: false, changes };
  }
  if (versionId === undefined) {
    const marker = await unlessLocked(store.mark(key, options));
    const event = "cos:ObjectRemove:DeleteMarkerCreated";
    return {
      versionId: marker.versionId,
      isMarker: true,
      changes: [{ event, key, versionId: marker.versionId }],
    };
  }
  const removed = await unlessLocked(store.remove(key, versionId, now));
  if (removed === undefined) throw noSuchVersion();
  return { versionId, isMarker: isDeleteMarker(removed), changes: [{ event: REMOVED, key, versionId }] };
}

async function unlessLocked<T>(deleting: Promise<T>): Promise<T> {
  return deleting.catch((error: unknown) => {
    throw error instanceof ObjectIsLocked ? objectLocked() : error;
  });
}
