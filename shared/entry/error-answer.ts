import type { ServiceError } from "../errors.ts";
import type { HttpAnswer } from "../http/response.ts";

/** What a caller gets of an error: its code, its message, and the section of docs/errors.md about it. */
export function errorAnswer(error: ServiceError, requestId: string): HttpAnswer {
  const { status, headers, code, message, index, left } = error;
  const doc = `docs/errors.md#${code.toLowerCase()}`;
  return { status, headers, body: { error: { code, message, requestId, index, left, doc } } };
}
