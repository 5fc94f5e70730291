import { CosError } from "../../http/errors.ts";
import type { CosRequest } from "../../http/request.ts";
import type { CosService } from "../../store/service.ts";
import type { StoredUpload } from "../../store/stored-upload.ts";
import { UploadGone } from "../../store/upload-store.ts";

/**
 * The multipart upload that a request's uploadId names; it belongs to one key, and is nothing under another.
 *
 * @throws {CosError} NoSuchUpload
 */
export function findUpload(service: CosService, request: CosRequest): StoredUpload {
  const upload = service.store.uploads.get(request.query.get("uploadId") ?? "");
  if (upload === undefined) throw noSuchUpload("no upload with this uploadId is in progress");
  if (upload.key !== request.key) throw noSuchUpload("the uploadId belongs to another key");
  return upload;
}

/**
 * What `work` on an upload makes; @throws {CosError} NoSuchUpload when another request has ended it in the
 * meantime
 */
export async function unlessGone<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UploadGone ? noSuchUpload("the upload has ended in the meantime") : error;
  }
}

function noSuchUpload(reason: string): CosError {
  return new CosError("NoSuchUpload", "The specified multipart upload does not exist.", { reason });
}
