import type { ObjectChange } from "../../http/reply.ts";
import type { CosService } from "../../store/service.ts";
import type { StoredObject } from "../../store/stored-object.ts";

/** What COS triggers get about an object that is there now. */
export function created(
  { settings }: CosService,
  by: "Put" | "Post" | "Copy" | "CompleteMultipartUpload",
  { key, size, versionId, contentType, headers }: StoredObject,
): readonly ObjectChange[] {
  const isVersioned = settings.get("versioning") !== undefined;
  return [
    { event: `cos:ObjectCreated:${by}`, key, size, contentType, headers, ...(isVersioned && { versionId }) },
  ];
}
