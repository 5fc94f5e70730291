import type { CosRefusal } from "./cos-refusal";

/**
 * Every rejection is an UploadError. All its fields are enumerable, so log `JSON.stringify(error)`, which
 * `npm run explain` also accepts:
 *
 * ```json
 * {"name":"UploadError","message":"…","kind":"storage","code":"SignatureDoesNotMatch","status":403,
 *  "requestId":"NjR…=","retryable":false,"method":"PUT","url":"https://…/uploads/….jpg","key":"uploads/….jpg",
 *  "cos":{"Code":"SignatureDoesNotMatch","StringToSign":"sha1\n…","FormatString":"put\n/…","Resource":"…"}}
 * ```
 *
 * It never contains a token, a signature or a signed URL.
 */
export interface UploadError extends Error {
  readonly name: "UploadError";
  /** For developers, in the words of whatever failed. `messageFor` returns a sentence for people. */
  readonly message: string;
  /**
   * What failed:
   * - service: the signing function
   * - storage: COS
   * - network: the connection
   * - timeout: there was no answer in time
   * - cancelled: the caller cancelled
   * - client: this phone (the file, the token, its memory)
   * - configuration: the Mini Program's code or settings, or a server's certificate; only the developer can fix it
   */
  readonly kind: "service" | "storage" | "network" | "timeout" | "cancelled" | "client" | "configuration";
  /**
   * - service: the function's own code, such as `ExtensionNotAllowed`, or `AnswerInvalid`; `Rejected` for a stored
   *   file that was checked and not accepted
   * - storage: COS's code, such as `EntityTooLarge`
   * - service and storage: `Http<status>` when the answer has no code
   * - network: `NetworkError`, or `Interrupted` when the request was interrupted, for example in the background
   * - timeout: `Timeout`; cancelled: `Cancelled`
   * - client: `FileUnreadable` (also when the file no longer exists), `FileTooLarge` (for the phone),
   *   `DigestUnavailable`, `TokenUnavailable` (the message is what `getToken` threw), `PermissionDenied`,
   *   `OutOfMemory`, `TooManyTasks`, `PlatformError`, `Unexpected` (a mistake in code: `wx is not defined` means that the
   *   entry imported is another platform's)
   * - configuration: `DomainNotAllowed` when the Mini Program's list lacks the domain, `InvalidUrl`,
   *   `SecureConnectionFailed` (certificate or TLS), `InvalidRequest`, `NotSupported`, `InvalidOption` when an option is
   *   not what has to be imported or created for it, `InvalidParameter` when a text ends within a character
   */
  readonly code: string;
  /** The HTTP status of the answer; 0 when there was none. */
  readonly status: number;
  /** The request id of the function or of COS, to find in its log; empty when there is none. */
  readonly requestId: string;
  /** Whether the same upload may succeed later without any change. */
  readonly retryable: boolean;
  /** The method of the request to COS that failed, if there was one. */
  readonly method?: string;
  /** The URL of that request, without its query. */
  readonly url?: string;
  /** The object key of that request. */
  readonly key?: string;
  /** COS's answer without its secrets; only for the kind `storage`, if COS answered XML. */
  readonly cos?: CosRefusal;
  /** The platform's own number for the failure, if it gave one: WeChat's `errno` or `errCode`. */
  readonly errno?: number | undefined;
}

/** What an error may contain in addition to its code and message. */
export type Details = Partial<
  Pick<
    UploadError,
    "kind" | "status" | "requestId" | "retryable" | "method" | "url" | "key" | "cos" | "errno"
  >
>;

/**
 * Makes an error. What failed, and whether a retry can help, follows from the code, unless `details` says it.
 *
 * @param message if it is empty, the code
 */
export function failure(code: string, message: string, details?: Details): UploadError {
  const error = new Error(message || code);
  // An Error's message is not enumerable, so JSON would leave it out.
  Object.defineProperty(error, "message", { enumerable: true });
  const facts = {
    name: "UploadError" as const,
    kind: kindOf(code),
    code,
    status: 0,
    requestId: "",
    // Timeout, NetworkError, Interrupted, TooManyTasks, TokenUnavailable, PlatformError.
    retryable: /^(T|Net|Int|Pl)/.test(code),
  };
  return Object.assign(error, facts, details);
}

/** The kind of a code that is neither a function's nor COS's. */
function kindOf(code: string): UploadError["kind"] {
  if (code === "Timeout") return "timeout";
  if (/^(Net|Int)/.test(code)) return "network";
  return /^(Dom|Inv|Sec|NotS)/.test(code) ? "configuration" : "client";
}

export function isUploadError(error: unknown): error is UploadError {
  return error instanceof Error && error.name === "UploadError";
}

export function cancelled(): UploadError {
  return failure("Cancelled", "", { kind: "cancelled" });
}

/** The error for something that took longer than `ms` milliseconds. */
export function late(what: string, ms: number): UploadError {
  return failure("Timeout", `${what} did not come within ${ms} ms.`);
}

/** The error for an answer that does not have the function's form. */
export function invalidAnswer(name: string): UploadError {
  return failure("AnswerInvalid", `Invalid answer from ${name}. Is the endpoint right?`, { kind: "service" });
}

/** The error for something unforeseen, such as a method that the platform lacks. */
export function unexpected(error: unknown): UploadError {
  return isUploadError(error) ? error : failure("Unexpected", String(error));
}
