import { readRenewalSeconds, readSealSecret } from "../../auth/seal-secret.ts";
import type { Environment } from "../../config.ts";
import { type CosClient, createCos } from "../../cos/client.ts";
import type { CountingService } from "../../quota/count-request.ts";
import { type LimitedService, limitedService } from "../service.ts";
import { createTickets, type Tickets } from "./ticket.ts";

/** What `multipart` works with, made once at cold start. */
export interface MultipartService extends LimitedService, CountingService {
  readonly cos: CosClient;
  readonly tickets: Tickets;
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function multipartService(env: Environment): MultipartService {
  const service = limitedService(env);
  const secret = readSealSecret(env, "tickets");
  return {
    ...service,
    otherRequests: service.quota,
    cos: createCos(service.bucket),
    tickets: createTickets(secret, service.bucket.bucket, readRenewalSeconds(env)),
  };
}
