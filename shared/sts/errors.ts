import {
  credentialsDenied,
  credentialsThrottled,
  credentialsTimeout,
  credentialsUnavailable,
  ServiceError,
} from "../errors.ts";
import { NetworkError, TimeoutError } from "../net/https.ts";
import { wrongAddress } from "../wrong-setting.ts";

/** STS answered with something other than its JSON, such as an HTTP error. */
export class BadAnswer extends Error {
  override readonly name = "BadAnswer";
  readonly status: number;
  constructor(status: number) {
    super(`STS answered ${status} without a result.`);
    this.status = status;
  }
}

/** Codes: https://cloud.tencent.com/document/product/1312/48195 and the common ones of the cloud API. */
const THROTTLED = /^(RequestLimitExceeded|InvalidParameter\.OverLimit)/;
/** STS's own trouble. Any other code is about the request, which stays refused until a setting or a policy changes. */
const FAILED = /^(InternalError|ServiceUnavailable|FailedOperation|Resource(Unavail|Insuff))/;

/** Whether the same request may succeed a moment later. A timeout has used up the time. */
export function isRetryable(error: unknown): boolean {
  const code = apiError(error)?.code;
  if (code !== undefined) return THROTTLED.test(code) || FAILED.test(code);
  return error instanceof NetworkError || (error instanceof BadAnswer && error.status >= 500);
}

/** Whether a policy with fewer resources would pass. */
export function isTooLong(error: unknown): boolean {
  return apiError(error)?.code === "InvalidParameter.PolicyTooLong";
}

const AGAIN = { headers: { "retry-after": "1" } };

/** What to tell the caller when there is no credential; the log also gets STS's own code and request id. */
export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof TimeoutError) {
    return credentialsTimeout("The credential service did not answer in time; try again.", AGAIN);
  }
  const stsError = nameOf(error);
  const wrong = wrongAddress(stsError, "STS_ENDPOINT");
  if (wrong) return wrong;
  const api = apiError(error);
  const log: Record<string, string> = api ? { stsCode: api.code, stsRequestId: api.requestId } : { stsError };
  if (api && THROTTLED.test(api.code)) {
    return credentialsThrottled("Too many uploads are being signed; try again in a moment.", {
      ...AGAIN,
      log,
    });
  }
  if (api && !FAILED.test(api.code)) {
    return credentialsDenied("The service's request is refused; its log says why.", {
      log,
    });
  }
  return credentialsUnavailable("The credential service failed; try again in a moment.", {
    log,
  });
}

/** An error of the API, in STS's own words. */
export interface ApiError {
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
}

/** Reads what qcloud-cos-sts rejects with for one: `{Code, Message, RequestId}`, which is not an Error. */
export function apiError(error: unknown): ApiError | undefined {
  const { Code, Message = "", RequestId = "" }: { [name in string]?: unknown } = Object(error);
  if (Code === undefined) return undefined;
  return { code: String(Code), message: String(Message), requestId: String(RequestId) };
}

/** Enough for the person on call, and nothing from the request. */
function nameOf(error: unknown): string {
  if (error instanceof NetworkError) return error.code;
  if (error instanceof BadAnswer) return `HTTP ${error.status}`;
  return error instanceof Error ? error.name : typeof error;
}
