import { type Environment, readDownloadHost } from "../config.ts";
import { type CountingService, readOtherRequests } from "../quota/count-request.ts";
import { type UploadService, uploadService } from "../upload/service.ts";

/** What object-url works with, made once at cold start. */
export interface DownloadService extends UploadService, CountingService {
  /** `host[:port]` that objects are read from: DOWNLOAD_DOMAIN, else where they are uploaded to. */
  readonly downloadHost: string;
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function downloadService(env: Environment): DownloadService {
  const service = uploadService(env);
  return {
    ...service,
    otherRequests: readOtherRequests(env, service),
    downloadHost: readDownloadHost(env) ?? service.bucket.host,
  };
}
