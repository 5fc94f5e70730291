import type { Note } from "../../requests/note.ts";
import { type HttpAnswer, REQUEST_ID } from "./http-answer.ts";

/**
 * What an answer of a function, or of the entry, says of a refusal: the code and message of a JSON body, where APIs
 * commonly have them, `{"error":{"code","message"}}` or at the top, and of a failure of SCF its errorMessage.
 */
export function refusalOf({ status, headers, body }: HttpAnswer): Note {
  const id = headers[REQUEST_ID];
  const known = typeof id === "string" ? { requestId: id } : {};
  if (status < 400) return known;
  const fields = membersOf(parse(body));
  const error = fields.has("error") ? membersOf(fields.get("error")) : fields;
  return {
    ...known,
    code: textOf(error.get("code") ?? error.get("errorCode")),
    reason: textOf(error.get("message") ?? error.get("errorMessage")),
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function membersOf(value: unknown): Map<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
