import type { Invocation } from "../../entry/invocation.ts";
import { completedBefore } from "./complete.ts";
import type { MultipartService } from "./service.ts";
import { MAX_PAGE, type Page, signParts } from "./sign-parts.ts";
import { listParts, missingParts } from "./stored-parts.ts";
import type { Begun } from "./ticket.ts";

/** What a client that was closed needs to continue. */
export interface Resumed extends Page {
  /** The numbers of all parts that are still to be sent, in order, of which `parts` has the first; none when it is completed. */
  readonly missing: readonly number[];
}

/**
 * Looks at what COS has of an upload, and signs what it lacks.
 *
 * @throws ServiceError `UploadNotFound`, or when STS or COS fails
 */
export async function resumeUpload(
  begun: Begun,
  service: MultipartService,
  invocation: Invocation,
): Promise<Resumed> {
  const missing = await partsMissing(begun, service, invocation);
  const page = await signParts(begun, missing.slice(0, MAX_PAGE), service, invocation);
  return { ...page, missing };
}

async function partsMissing(
  begun: Begun,
  service: MultipartService,
  invocation: Invocation,
): Promise<readonly number[]> {
  const permissions = [{ actions: ["ListParts"] }];
  const credential = await service.sts.credentialFor(
    { key: begun.key, permissions, credentialStaysHere: true },
    service.signatureSeconds,
    invocation,
  );
  const stored = await listParts(begun, service, credential, invocation);
  if (stored !== undefined) return missingParts(begun, stored);
  await completedBefore(begun, service, invocation);
  return [];
}
