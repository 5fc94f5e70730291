import { CosError } from "../../http/errors.ts";
import type { CosRequest } from "../../http/request.ts";
import type { CosService } from "../../store/service.ts";
import type { StoredUpload } from "../../store/stored-upload.ts";
import { UploadGone } from "../../store/upload-store.ts";

/**
 * The multipart upload that a request's uploadId names. It belongs to one key and cannot be used with another.
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
 * Does `work` on an upload, and returns its result.
 *
 * @throws {CosError} NoSuchUpload when another request has ended the upload in the meantime
 */
export async function unlessGone<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UploadGone ? noSuchUpload("another request has ended the upload") : error;
  }
}

function noSuchUpload(reason: string): CosError {
  return new CosError("NoSuchUpload", "The specified multipart upload does not exist.", { reason });
}
