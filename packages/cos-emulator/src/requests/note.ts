import type { ServerResponse } from "node:http";

/** What the log of requests says of an answer beside its status. Nothing secret. */
export interface Note {
  /** The error's code, such as `AccessDenied`. */
  readonly code?: string | undefined;
  /** Why, in a sentence for people. */
  readonly reason?: string | undefined;
  readonly requestId?: string | undefined;
  /** The cause of a refusal in a sentence of `explain`. */
  readonly explanation?: string | undefined;
  /** What was asked for, where the path does not say it, such as an API's action. */
  readonly action?: string | undefined;
  /** The query, of a request that has no signature in it. */
  readonly query?: string | undefined;
  /** Not a request of the service that is emulated: it stays out of the log. */
  readonly unlisted?: boolean;
}

const notes = new WeakMap<ServerResponse, Note>();

/** Says what an answer is, before it is sent; what was noted earlier and is not contradicted stays. */
export function note(response: ServerResponse, more: Note): void {
  notes.set(response, { ...noteOf(response), ...more });
}

export function noteOf(response: ServerResponse): Note {
  return notes.get(response) ?? {};
}
