import type { ObjectChange } from "./http/reply.ts";
import type { OpenBucket } from "./store/buckets.ts";
import { isDeleteMarker, type StoredObject } from "./store/stored-object.ts";

/** The event that an archived object can be read again, for when it can; none if it is not being restored. */
export function restoredLater(
  { store, settings }: Pick<OpenBucket, "store" | "settings">,
  { key, versionId, size, contentType, headers, restoration }: StoredObject,
): readonly ObjectChange[] {
  if (restoration === undefined) return [];
  const { ready } = restoration;
  const isVersioned = settings.get("versioning") !== undefined;
  const holds = () =>
    store
      .versions(key)
      .some(
        (version) =>
          version.versionId === versionId && !isDeleteMarker(version) && version.restoration?.ready === ready,
      );
  return [
    {
      event: "cos:ObjectRestore:Completed",
      key,
      size,
      contentType,
      headers,
      ...(isVersioned && { versionId }),
      later: { at: ready, holds },
    },
  ];
}

/**
 * The same for a whole bucket. A restoration that ended while the emulator was not running calls no trigger.
 */
export function allRestoredLater(open: OpenBucket, now: number): readonly ObjectChange[] {
  return open.store
    .keys()
    .flatMap((key) => open.store.versions(key))
    .flatMap((version) => (isDeleteMarker(version) ? [] : restoredLater(open, version)))
    .filter(({ later }) => later !== undefined && later.at > now);
}
