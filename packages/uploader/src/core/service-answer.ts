import { readRefusal } from "./cos-refusal";
import type { UploadError } from "./errors";
import { failure, invalidAnswer } from "./errors";
import { withoutSecrets } from "./secrets";
import { fieldOf, isTexts, textOf } from "./values";

/** An answer over HTTP, as wx.request and wx.uploadFile have in common. */
export interface Answer {
  readonly statusCode: number;
  readonly data: unknown;
  /** By names in lower case; empty where the platform gives none. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a signing function answers. */
export interface Ticket {
  /** What the file is known by once it is there for others. */
  readonly key: string;
  readonly method: string;
  readonly url: string;
  /** A PUT's are all it has; a POST has them for a rule with `forbidOverwrite`. */
  readonly header: Record<string, string>;
  readonly formData: Record<string, string>;
}

/** @throws {UploadError} `AnswerInvalid` */
export function readTicket(answer: Answer): Ticket {
  const data = jsonOf(answer);
  // Of a file that waits for a check: the key that it has when it passes.
  const key = textOf(data, "acceptedKey") || textOf(data, "cosKey");
  const url = textOf(data, "url");
  const method = textOf(data, "method");
  const header = fieldOf(data, "headers") || {};
  const formData = fieldOf(data, "fields") || {};
  if (key && url && method && isTexts(header) && isTexts(formData))
    return { key, method, url, header, formData };
  throw invalidAnswer("a signing function");
}

/** Whether it is anything but 2xx. */
export function isRefused({ statusCode }: Answer): boolean {
  return statusCode < 200 || statusCode > 299;
}

/**
 * A function's refusal, or the platform's before it: 432 says that every instance is busy, 433 that
 * the function took too long (https://cloud.tencent.com/document/product/583/42611).
 */
export function serviceError(answer: Answer): UploadError {
  const error = fieldOf(jsonOf(answer), "error");
  const code = textOf(error, "code");
  const passes = mayPass(answer.statusCode) && !/^(ConfigurationE|CredentialsD|QuotaE)/.test(code);
  const requestId = textOf(error, "requestId") || answer.headers["x-scf-request-id"];
  // A gateway's message may quote a header; only its name says which.
  return refusal("service", answer, code, withoutSecrets(textOf(error, "message"), []), passes, requestId);
}

function refusal(
  kind: "service" | "storage",
  { statusCode: status }: Answer,
  code: string,
  message: string,
  retryable: boolean,
  requestId: string | undefined,
): UploadError {
  const details = { retryable, status, requestId: requestId || "" };
  return failure(kind, code || `Http${status}`, message, details);
}

/** Not every platform parses what is JSON. */
export function jsonOf({ data }: Answer): unknown {
  if (typeof data !== "string") return data;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** Whether an answer with this status is one that may be another in a while. */
export function mayPass(status: number): boolean {
  return /^(5\d\d|408|429|43[23])$/.test(String(status));
}

/**
 * COS's answer, if it is none of success: a refusal in XML (https://cloud.tencent.com/document/product/436/7730).
 *
 * @throws {UploadError}
 */
export function checkStored(answer: Answer, ticket: Ticket): void {
  if (!isRefused(answer)) return;
  const cos = readRefusal(String(answer.data), [ticket.header, ticket.formData]);
  const code = textOf(cos, "Code");
  const message = textOf(cos, "Message");
  const passes = answer.statusCode >= 500 || /expired|RequestTime/i.test(code + message);
  const requestId = textOf(cos, "RequestId") || answer.headers["x-cos-request-id"];
  const error = refusal("storage", answer, code, message, passes, requestId);
  throw Object.assign(error, cos && { cos });
}

/** An error about a request to COS, which says so. */
export function placed<E extends object>(error: E, { method, url, key }: Ticket): E {
  return Object.assign(error, { method, url: url.replace(/[?#].*$/, ""), key });
}
