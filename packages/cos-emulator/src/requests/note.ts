import type { ServerResponse } from "node:http";

/** What the request log says about an answer besides its status. Nothing secret. */
export interface Note {
  /** The error's code, such as `AccessDenied`. */
  readonly code?: string | undefined;
  /** Why, in a sentence for people. */
  readonly reason?: string | undefined;
  readonly requestId?: string | undefined;
  /** The cause of a refusal in a sentence of `explain`. */
  readonly explanation?: string | undefined;
  /** What the request asks for, if the path does not say it, such as an API's action. */
  readonly action?: string | undefined;
  /** The query, for a request that has no signature in it. */
  readonly query?: string | undefined;
  /** Keeps a request out of the log that is not for the emulated service. */
  readonly unlisted?: boolean;
}

const notes = new WeakMap<ServerResponse, Note>();

/** Describes an answer before it is sent. Earlier notes stay unless they are overwritten. */
export function note(response: ServerResponse, more: Note): void {
  notes.set(response, { ...noteOf(response), ...more });
}

export function noteOf(response: ServerResponse): Note {
  return notes.get(response) ?? {};
}
