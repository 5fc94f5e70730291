import {
  fallback,
  number,
  object,
  optional,
  parse,
  parseJson,
  pipe,
  string,
  transform,
  union,
} from "valibot";
import type { Note } from "../../requests/note.ts";
import { type HttpAnswer, REQUEST_ID } from "./http-answer.ts";

const Text = optional(fallback(optional(union([string(), pipe(number(), transform(String))])), undefined));
const Fields = object({ code: Text, errorCode: Text, message: Text, errorMessage: Text });
const Inside = optional(fallback(optional(Fields), {}));
const Refusal = fallback(pipe(string(), parseJson(), object({ ...Fields.entries, error: Inside })), {});

/**
 * What an answer of a function, or of the entry, says about a refusal: the code and message of a JSON body, where APIs
 * commonly have them, `{"error":{"code","message"}}` or at the top, and the errorMessage of a failure of SCF.
 */
export function refusalOf({ status, headers, body }: HttpAnswer): Note {
  const id = headers[REQUEST_ID];
  const known = typeof id === "string" ? { requestId: id } : {};
  if (status < 400) return known;
  const refusal = parse(Refusal, body.toString());
  const { code, errorCode, message, errorMessage } = refusal.error ?? refusal;
  return { ...known, code: code ?? errorCode, reason: message ?? errorMessage };
}
