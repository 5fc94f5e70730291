import type { ObjectChange } from "../../http/reply.ts";
import type { CosService } from "../../store/service.ts";
import type { StoredObject } from "../../store/stored-object.ts";

/** The change that COS triggers report for a new object. */
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
