import { createHash } from "node:crypto";
import type { CosCall } from "../cos/client.ts";
import { listGrant } from "../cos/list-objects.ts";
import { PLACES } from "../object/places.ts";
import type { Grant } from "../sts/session-policy.ts";

/**
 * Where a note is kept for each file whose announcement did not arrive, or that could not be looked at, moved or removed,
 * such as because a hook of the team's failed: SCF retries twice, and after that it would be forgotten. A later run deletes
 * it when it has done everything.
 */
export const UNTOLD = `${PLACES.life}/untold/`;

/** The key of the note about a file. */
export function noteKey(at: string): string {
  return UNTOLD + createHash("sha256").update(at).digest("hex").slice(0, 40);
}

/** To leave a note about a file. */
export function noteGrant(at: string): Grant {
  return { key: noteKey(at), permissions: [{ actions: ["PutObject"] }], credentialStaysHere: true };
}

/** To list the notes, and to do this with each of them. */
export function notesGrants(...actions: string[]): Grant[] {
  return [{ key: UNTOLD.slice(0, -1), isPrefix: true, permissions: [{ actions }] }, listGrant(UNTOLD)];
}

/**
 * Leaves a note that something about a file still has to be done.
 *
 * @param at where its object is
 * @throws ServiceError when COS fails
 */
export async function noteUntold(at: string, cos: CosCall): Promise<void> {
  const headers = { "content-type": "application/json" };
  await cos({ method: "PUT", key: noteKey(at), headers, body: JSON.stringify({ at }) });
}
