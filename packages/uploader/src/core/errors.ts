import type { CosRefusal } from "./cos-refusal";

/**
 * What every rejection is. Every field is enumerable, so `JSON.stringify(error)` is what to log and what
 * `npm run explain` takes:
 *
 * ```json
 * {"name":"UploadError","message":"…","kind":"storage","code":"SignatureDoesNotMatch","status":403,
 *  "requestId":"NjR…=","retryable":false,"method":"PUT","url":"https://…/uploads/….jpg","key":"uploads/….jpg",
 *  "cos":{"Code":"SignatureDoesNotMatch","StringToSign":"sha1\n…","FormatString":"put\n/…","Resource":"…"}}
 * ```
 *
 * It never holds a token, a signature or a signed URL.
 */
export interface UploadError extends Error {
  readonly name: "UploadError";
  /** In the words of who failed, for developers. `messageFor` has a sentence for people. */
  readonly message: string;
  /**
   * Who failed: the signing function; COS; the network; nobody answered in time; the caller cancelled; this
   * phone (the file, the token, its memory); or a fault of the Mini Program's code or settings or of a server's
   * certificate, which only its developer can fix.
   */
  readonly kind: "service" | "storage" | "network" | "timeout" | "cancelled" | "client" | "configuration";
  /**
   * - service: the function's own code, such as `ExtensionNotAllowed`, or `AnswerInvalid`; `Rejected` for a stored
   *   file that was looked at and not accepted
   * - storage: COS's code, such as `EntityTooLarge`
   * - either: `Http<status>` when the answer has no code
   * - network: `NetworkError`, or `Interrupted` when the request was broken off, as in the background
   * - timeout: `Timeout`; cancelled: `Cancelled`
   * - client: `FileUnreadable` (also one that is gone), `FileTooLarge` (for the phone), `DigestUnavailable`,
   *   `TokenUnavailable` (what `getToken` threw is the message), `PermissionDenied`, `OutOfMemory`,
   *   `TooManyTasks`, `PlatformError`, `Unexpected`
   * - configuration: `DomainNotAllowed` when the Mini Program's list lacks the domain, `InvalidUrl`,
   *   `SecureConnectionFailed` (certificate or TLS), `InvalidRequest`, `NotSupported`
   */
  readonly code: string;
  /** The HTTP status, when there was an answer; else 0. */
  readonly status: number;
  /** Of the function or of COS, for their logs; empty when there is none. */
  readonly requestId: string;
  /** Whether the same upload may succeed later without any change. */
  readonly retryable: boolean;
  /** The method of the request to COS that failed; only where there was one. */
  readonly method?: string;
  /** Where that request went, without its query. */
  readonly url?: string;
  /** The object key that the request was for. */
  readonly key?: string;
  /** What COS answered, without what is secret; only with the kind `storage`, and where it answered XML. */
  readonly cos?: CosRefusal;
  /** The platform's number for what happened, where it gave one: WeChat's `errno` or `errCode`. */
  readonly errno?: number | undefined;
}

/** What an error may contain in addition to its kind, its code and its message. */
export type Details = Partial<
  Pick<UploadError, "status" | "requestId" | "retryable" | "method" | "url" | "key" | "cos" | "errno">
>;

/** Makes an error that is not retryable unless `details` says so. */
export function failure(
  kind: UploadError["kind"],
  code: string,
  message: string,
  details?: Details,
): UploadError {
  const error = new Error(message || code);
  // An Error's own message is not enumerable, and JSON would lose it.
  Object.defineProperty(error, "message", { enumerable: true });
  const facts = { name: "UploadError" as const, kind, code, status: 0, requestId: "", retryable: false };
  return Object.assign(error, facts, details);
}

export function isUploadError(error: unknown): error is UploadError {
  return error instanceof Error && error.name === "UploadError";
}

export function cancelled(): UploadError {
  return failure("cancelled", "Cancelled", "The upload was cancelled.");
}

/** `what` did not come within `ms` milliseconds. */
export function late(what: string, ms: number): UploadError {
  return failure("timeout", "Timeout", `${what} did not come within ${ms} ms.`, { retryable: true });
}

/** An answer that is none of the function's. */
export function invalidAnswer(name: string): UploadError {
  return failure("service", "AnswerInvalid", `This is no answer of ${name}.`);
}

/** An unforeseen error, such as a method that the platform lacks. */
export function unexpected(error: unknown): UploadError {
  return isUploadError(error) ? error : failure("client", "Unexpected", String(error));
}
