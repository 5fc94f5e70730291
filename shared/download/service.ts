import { type Environment, readDownloadHost } from "../config.ts";
import { type UploadService, uploadService } from "../upload/service.ts";

/** As for uploads, but the bucket's host is the one that objects are read from. */
export function objectUrlService(env: Environment): UploadService {
  const service = uploadService(env);
  return { ...service, bucket: { ...service.bucket, host: readDownloadHost(env) ?? service.bucket.host } };
}
