import type { SigningAnswer } from "./answer.ts";
import type { Refusal } from "./refusal.ts";
import { authorizationOf, type SentRequest } from "./request.ts";

/** All that is known of one refusal. */
export interface Evidence {
  readonly refusal: Refusal;
  readonly answer: SigningAnswer | undefined;
  readonly request: SentRequest | undefined;
}

/** The key time of the signature, `start;end`, from wherever it can be known; empty when it cannot. */
export function keyTimeOf({ refusal, answer, request }: Evidence): string {
  const ofRequest = request === undefined ? undefined : authorizationOf(request)?.time;
  return ofRequest ?? refusal.stringToSign.split("\n")[1] ?? answer?.authorization?.time ?? "";
}

/**
 * The object key of the request, decoded, without its leading slash; a form names it in a field, so that it is
 * undefined for a form whose fields are not known.
 */
export function keyOf(request: SentRequest): string | undefined {
  if (isForm(request)) return request.fields?.get("key");
  return request.path.slice(1);
}

/** Whether it is POST Object, and not one of the POST requests of a multipart upload, which sign like a PUT. */
export function isForm({ method, fields, query, headers }: SentRequest): boolean {
  if (method !== "POST") return false;
  if (fields !== undefined || /^multipart\/form-data/i.test(headers.get("content-type") ?? "")) return true;
  return !["uploads", "uploadId", "delete", "restore"].some((name) => query.has(name));
}
