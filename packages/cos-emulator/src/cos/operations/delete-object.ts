import type { ObjectChange, Reply } from "../http/reply.ts";
import type { CosService } from "../store/service.ts";
import { isDeleteMarker, NULL_VERSION } from "../store/stored-object.ts";
import { noSuchVersion, readVersionId } from "./lib/find-object.ts";
import { versionOptions } from "./lib/version.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * DELETE Object, https://cloud.tencent.com/document/product/436/7743: 204, whether the object existed or not. Where
 * versions are kept, a delete marker takes its place, unless the request names the version that it is about.
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

/** What a deletion did, of which a bucket that never had versioning says nothing. */
export interface Deletion {
  /** Of the version that was removed, or of the marker that was made. */
  readonly versionId: string | undefined;
  /** Whether it is that of a delete marker. */
  readonly isMarker: boolean;
  /** For COS triggers; nothing for a key that was not there. */
  readonly changes: readonly ObjectChange[];
}

/** @throws {CosError} NoSuchVersion, whose place here is this project's reading: the documentation speaks of GET alone */
export async function deleteVersion(
  service: CosService,
  key: string,
  versionId: string | undefined,
): Promise<Deletion> {
  const { store, settings } = service;
  if (settings.get("versioning") === undefined) {
    if (versionId !== undefined && versionId !== NULL_VERSION) throw noSuchVersion();
    const removed = await store.remove(key, NULL_VERSION);
    const changes = removed === undefined ? [] : [{ event: REMOVED, key }];
    return { versionId: undefined, isMarker: false, changes };
  }
  if (versionId === undefined) {
    const marker = await store.mark(key, versionOptions(service));
    const event = "cos:ObjectRemove:DeleteMarkerCreated";
    return {
      versionId: marker.versionId,
      isMarker: true,
      changes: [{ event, key, versionId: marker.versionId }],
    };
  }
  const removed = await store.remove(key, versionId);
  if (removed === undefined) throw noSuchVersion();
  return { versionId, isMarker: isDeleteMarker(removed), changes: [{ event: REMOVED, key, versionId }] };
}
