import type { OtherRequest } from "../requests/request-log.ts";
import type { Attempt } from "./runtime/async-invoker.ts";

/** A call with an event, as the request log shows it. */
export function triggerRequest(
  functionName: string,
  { about, requestId, failure, durationMs }: Attempt,
): OtherRequest {
  return {
    service: "trigger",
    method: "EVENT",
    path: `/${functionName}`,
    status: failure?.statusCode ?? 200,
    code: failure && String(failure.errorCode),
    reason: failure?.errorMessage,
    requestId,
    action: about,
    durationMs,
  };
}
