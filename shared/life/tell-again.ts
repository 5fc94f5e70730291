import { object, parseJson, pipe, safeParse, string } from "valibot";
import { atOnce } from "../at-once.ts";
import { listOldestFirst } from "../cos/list-objects.ts";
import type { Invocation } from "../entry/invocation.ts";
import type { Grant } from "../sts/session-policy.ts";
import { open } from "./open.ts";
import type { LifeService } from "./service.ts";
import { notesGrants, noteUntold, UNTOLD } from "./untold.ts";

/** SCF's own repetitions are over by then, in seconds (https://cloud.tencent.com/document/product/583/41138). */
const QUIET_SECONDS = 4 * 60;
/** How many are followed at once. */
const AT_ONCE = 4;
/** What is left of the time when a run begins with no other file, in milliseconds. */
const ENOUGH_MS = 7000;

const Note = pipe(string(), parseJson(), object({ at: string() }));

/** If this many files cannot be announced, the files are not the reason: the receiver is down. */
const MAX_FAILURES = 10;

/** To list, read, write and delete every note. */
export function allNotesGrants(): Grant[] {
  return notesGrants("GetObject", "PutObject", "DeleteObject");
}

/**
 * Continues with each file that still has something to announce, for as long as there is time, and deletes its
 * note. If a file fails, its note goes behind all others, so a file that the team's server cannot handle does
 * not hold up the rest.
 *
 * @param follow does with a file what is done after its upload
 * @returns the outcome for each file @throws what `follow` threw first, after the others have been announced
 */
export async function tellAgain(
  service: LifeService,
  invocation: Invocation,
  follow: (at: string) => Promise<string>,
): Promise<string[]> {
  const cos = await open(allNotesGrants(), service, invocation);
  const told: string[] = [];
  const failures: unknown[] = [];
  await atOnce(AT_ONCE, await listOldestFirst(UNTOLD, cos), async ({ key, storedAt, now }) => {
    if (invocation.remainingMs() < ENOUGH_MS || failures.length >= MAX_FAILURES) return;
    // Also when COS does not tell its time.
    if (now - storedAt < QUIET_SECONDS) return;
    const note = await cos({ method: "GET", key, accept: [404] });
    const { success, output } = safeParse(Note, note.body.toString("utf8"));
    if (success && note.status !== 404) {
      try {
        told.push(await follow(output.at));
      } catch (error) {
        failures.push(error);
        await noteUntold(output.at, cos);
        return;
      }
    }
    await cos({ method: "DELETE", key, accept: [404] });
  });
  if (failures.length > 0) {
    invocation.note({ told: told.length, untold: failures.length });
    throw failures[0];
  }
  return told;
}
