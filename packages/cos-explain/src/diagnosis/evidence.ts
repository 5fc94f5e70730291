import type { SigningAnswer } from "../answer/answer.ts";
import type { Refusal } from "../refusal/refusal.ts";
import { authorizationOf, type SentRequest } from "../request/request.ts";

/** Everything that is known about one refusal. */
export interface Evidence {
  readonly refusal: Refusal;
  readonly answer: SigningAnswer | undefined;
  readonly request: SentRequest | undefined;
}

/** The signature's key time, `start;end`, from the request, COS's StringToSign or the answer; empty without any. */
export function keyTimeOf({ refusal, answer, request }: Evidence): string {
  const ofRequest = request === undefined ? undefined : authorizationOf(request)?.time;
  return ofRequest ?? refusal.stringToSign.split("\n")[1] ?? answer?.authorization?.time ?? "";
}

/**
 * The request's object key, decoded, without its leading slash. A form has it in a field, so it is undefined if the
 * form's fields are not known.
 */
export function keyOf(request: SentRequest): string | undefined {
  if (isForm(request)) return request.fields?.get("key");
  return request.path.slice(1);
}

/** Whether it is POST Object, and not another POST, such as those of a multipart upload, which is signed like a PUT. */
export function isForm({ method, fields, query, headers }: SentRequest): boolean {
  if (method !== "POST") return false;
  if (fields !== undefined || /^multipart\/form-data/i.test(headers.get("content-type") ?? "")) return true;
  return !["uploads", "uploadId", "delete", "restore"].some((name) => query.has(name));
}
