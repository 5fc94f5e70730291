import type { Environment } from "../../shared/config.ts";
import { type CosClient, createCos } from "../../shared/cos/client.ts";
import { type CountingService, readOtherRequests } from "../../shared/quota/count-request.ts";
import { type UploadService, uploadService } from "../../shared/upload/service.ts";

/** What the function works with, made once at cold start. */
export interface ObjectsService extends UploadService, CountingService {
  readonly cos: CosClient;
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function objectsService(env: Environment): ObjectsService {
  const service = uploadService(env);
  return { ...service, otherRequests: readOtherRequests(env, service), cos: createCos(service.bucket) };
}

/** The life of a credential that the function uses itself, in seconds: far longer than any invocation. */
export const OWN_CREDENTIAL_SECONDS = 900;
