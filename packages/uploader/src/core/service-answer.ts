import type { CosRefusal } from "./cos-refusal";
import { readRefusal } from "./cos-refusal";
import type { Details, UploadError } from "./errors";
import { failure } from "./errors";
import type { UploadMethod } from "./options";
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
  readonly method: UploadMethod;
  readonly url: string;
  /** A PUT's are all it has; a POST has them for a rule with `forbidOverwrite`. */
  readonly header: Record<string, string>;
  readonly formData: Record<string, string>;
}

/** @throws {UploadError} `AnswerInvalid` */
export function readTicket(answer: Answer, method: UploadMethod): Ticket {
  const data = jsonOf(answer);
  // Of a file that waits for a check: the key that it has when it passes.
  const key = textOf(data, "acceptedKey") || textOf(data, "cosKey");
  const url = textOf(data, "url");
  const isPost = method === "POST";
  const header = fieldOf(data, "headers") || (isPost && {});
  const formData = isPost ? fieldOf(data, "fields") : {};
  if (key && url && textOf(data, "method") === method && isTexts(header) && isTexts(formData))
    return { key, method, url, header, formData };
  throw failure("service", "AnswerInvalid", "This is not a signing function's answer.");
}

/**
 * A function's refusal, or the platform's before it: 432 says that every instance is busy, 433 that
 * the function took too long (https://cloud.tencent.com/document/product/583/42611).
 */
export function serviceError(answer: Answer): UploadError {
  const { statusCode: status, headers } = answer;
  const error = fieldOf(jsonOf(answer), "error");
  const code = textOf(error, "code") || `Http${status}`;
  const isSettled = /^(ConfigurationE|CredentialsD|QuotaE)/.test(code);
  // A gateway's message may quote a header; whose, only its name tells.
  return failure("service", code, withoutSecrets(textOf(error, "message"), []), {
    retryable: mayPass(status) && !isSettled,
    status,
    requestId: textOf(error, "requestId") || headers["x-scf-request-id"] || "",
  });
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

/** COS's refusal, in XML (https://cloud.tencent.com/document/product/436/7730). */
export function storageError({ statusCode: status, data, headers }: Answer, ticket: Ticket): UploadError {
  const cos = readRefusal(String(data), [ticket.header, ticket.formData]);
  const { Code, Message = "", RequestId }: CosRefusal = cos || {};
  const code = Code || `Http${status}`;
  const details: Details = {
    retryable: status >= 500 || /expired|RequestTime/i.test(code + Message),
    status,
    requestId: RequestId || headers["x-cos-request-id"] || "",
  };
  return failure("storage", code, Message, Object.assign(details, placeOf(ticket), cos ? { cos } : {}));
}

/** The request to COS that an error is about. */
export function placeOf({ method, url, key }: Ticket): Details {
  return { method, url: url.replace(/[?#].*$/, ""), key };
}
