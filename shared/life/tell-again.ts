import { object, parseJson, pipe, safeParse, string } from "valibot";
import { listGrant, listObjects } from "../cos/list-objects.ts";
import type { Invocation } from "../entry/invocation.ts";
import type { Grant } from "../sts/session-policy.ts";
import { open } from "./open.ts";
import type { LifeService } from "./service.ts";
import { UNTOLD } from "./untold.ts";

/** SCF's own repetitions are over by then, in seconds (https://cloud.tencent.com/document/product/583/41138). */
const QUIET_SECONDS = 4 * 60;
/** As many as a run may look at. */
const MAX_NOTES = 500;
/** What is left of the time when a run begins with no other file, in milliseconds. */
const ENOUGH_MS = 7000;

const Note = pipe(string(), parseJson(), object({ at: string() }));

/** To list, read and take away every note. */
export function allNotesGrants(): Grant[] {
  const permissions = [{ actions: ["GetObject", "DeleteObject"] }];
  return [{ key: UNTOLD.slice(0, -1), isPrefix: true, permissions }, listGrant(UNTOLD)];
}

/**
 * Goes on with each file of which something has still to be told, for as long as there is time, and takes its note away.
 *
 * @param follow does with a file what is done after its upload; a failure leaves the note, and ends the run, since the
 * next file would not be told either
 * @returns what came of each file
 */
export async function tellAgain(
  service: LifeService,
  invocation: Invocation,
  follow: (at: string) => Promise<string>,
): Promise<string[]> {
  if (service.webhook === undefined) return [];
  const cos = await open(allNotesGrants(), service, invocation);
  const { objects, listedAt } = await listObjects({ prefix: UNTOLD, maxKeys: MAX_NOTES }, cos);
  const told: string[] = [];
  for (const { key, lastModified } of objects) {
    if (invocation.remainingMs() < ENOUGH_MS) break;
    // Also when COS does not tell its time.
    if (listedAt - Date.parse(lastModified) / 1000 < QUIET_SECONDS) continue;
    const note = await cos({ method: "GET", key, accept: [404] });
    const { success, output } = safeParse(Note, note.body.toString("utf8"));
    if (success && note.status !== 404) told.push(await follow(output.at));
    await cos({ method: "DELETE", key, accept: [404] });
  }
  return told;
}
