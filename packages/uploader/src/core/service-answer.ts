import { readRefusal } from "./cos-refusal";
import type { UploadError } from "./errors";
import { failure, invalidAnswer } from "./errors";
import { withoutSecrets } from "./secrets";
import { fieldOf, isTexts, textOf } from "./values";

/** An HTTP answer: what wx.request and wx.uploadFile have in common. */
export interface Answer {
  readonly statusCode: number;
  readonly data: unknown;
  /** The request id in the headers; empty if there is none. */
  readonly requestId: string;
}

/** The answer of a signing function. */
export interface Ticket {
  /** The file's key once it is accepted. */
  readonly key: string;
  readonly method: string;
  readonly url: string;
  /** Everything that is signed for a PUT; for a POST, only what a rule with `forbidOverwrite` needs. */
  readonly header: Record<string, string>;
  readonly formData: Record<string, string>;
}

/** @throws {UploadError} `AnswerInvalid` */
export function readTicket(answer: Answer): Ticket {
  const data = jsonOf(answer);
  // If the file must pass a check first, this is its key after that.
  const key = textOf(data, "acceptedKey") || textOf(data, "cosKey");
  const url = textOf(data, "url");
  const method = textOf(data, "method");
  const header = fieldOf(data, "headers") || {};
  const formData = fieldOf(data, "fields") || {};
  if (key && url && method && isTexts(header) && isTexts(formData))
    return { key, method, url, header, formData };
  throw invalidAnswer("a signing function");
}

/** Whether the status is not 2xx. */
export function isRefused(answer: Answer): boolean {
  return !/^2/.test(String(answer.statusCode));
}

/**
 * The error for a refusal by a function, or by SCF itself, which says why in `errorMessage`: 432 means that all instances
 * are busy, 433 that the function took too long (https://cloud.tencent.com/document/product/583/42611), 449 that there are
 * too many requests (https://cloud.tencent.com/document/product/583/41138).
 */
export function serviceError(answer: Answer): UploadError {
  const data = jsonOf(answer);
  const error = fieldOf(data, "error");
  const message = textOf(error, "message") || textOf(data, "errorMessage");
  const code = textOf(error, "code");
  const passes = mayPass(answer.statusCode) && !/^(Conf|CredentialsD|QuotaE)/.test(code);
  // A gateway's message may quote a header; `withoutSecrets` finds it by its name.
  return refusal("service", answer, code, withoutSecrets(message, []), passes, textOf(error, "requestId"));
}

function refusal(
  kind: "service" | "storage",
  answer: Answer,
  code: string,
  message: string,
  retryable: boolean,
  requestId: string,
): UploadError {
  const status = answer.statusCode;
  const details = { kind, retryable, status, requestId: requestId || answer.requestId };
  return failure(code || `Http${status}`, message, details);
}

/** The answer's body as JSON, without a byte order mark before it; not every platform parses it. */
export function jsonOf({ data }: Answer): unknown {
  if (typeof data !== "string") return data;
  try {
    return JSON.parse(data.trim());
  } catch {
    return undefined;
  }
}

/** Whether a request that got this status may succeed later. */
export function mayPass(status: number): boolean {
  return /^(5..|4(08|29|3[23]|49))$/.test(String(status));
}

/**
 * Throws if COS refused the request. COS says why in XML (https://cloud.tencent.com/document/product/436/7730).
 *
 * @throws {UploadError}
 */
export function checkStored(answer: Answer, ticket: Ticket): void {
  if (!isRefused(answer)) return;
  const cos = readRefusal(String(answer.data), [ticket.header, ticket.formData]);
  const code = textOf(cos, "Code");
  const message = textOf(cos, "Message");
  const passes =
    mayPass(answer.statusCode) || /expired|RequestTime|TooSlow|IncompleteB/i.test(code + message);
  const error = refusal("storage", answer, code, message, passes, textOf(cos, "RequestId"));
  throw Object.assign(error, cos && { cos });
}

/** Adds the request to COS to an error. */
export function placed<E extends object>(error: E, ticket: Ticket): E {
  return Object.assign(error, {
    method: ticket.method,
    url: ticket.url.replace(/[?#].*$/, ""),
    key: ticket.key,
  });
}
