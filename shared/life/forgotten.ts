import { atOnce } from "../at-once.ts";
import { listGrant, listOldestFirst } from "../cos/list-objects.ts";
import type { Invocation } from "../entry/invocation.ts";
import { ServiceError } from "../errors.ts";
import { isPlainKey } from "../object/object-key.ts";
import { finalKey, markersPrefix, pendingKey } from "../object/places.ts";
import type { Rules } from "../object/rule.ts";
import type { Grant } from "../sts/session-policy.ts";
import { open } from "./open.ts";
import type { LifeService } from "./service.ts";
import { readMarkers } from "./state.ts";
import { noteKey, notesGrants, noteUntold, UNTOLD } from "./untold.ts";

/** SCF calls three times, a minute apart (https://cloud.tencent.com/document/product/583/41138); then a file is forgotten. */
const FORGOTTEN_SECONDS = 10 * 60;
/** How many are looked at at once. */
const AT_ONCE = 8;
/** What is left of the time when a run looks at no other file, in milliseconds. */
const ENOUGH_MS = 5000;

/** To list the files that wait for their check, read their records, and list and leave notes; nothing if none waits. */
export function forgottenGrants(rules: Rules): Grant[] {
  const prefixes = waitingPrefixes(rules);
  if (prefixes.length === 0) return [];
  return [
    ...prefixes.flatMap((prefix) => [
      listGrant(`${pendingKey(prefix)}/`),
      { key: markersPrefix(prefix), isPrefix: true, permissions: [{ actions: ["GetObject"] }] },
    ]),
    ...notesGrants("PutObject"),
  ];
}

/**
 * Leaves a note about each file that has waited under `pending/` for minutes without a check: COS or STS failed at every
 * call of SCF's, so that not even a note could be left. Nobody else would look at it again. A file whose check has begun has
 * a record of that, and is looked after.
 *
 * @throws ServiceError when STS or COS fails; not where COS refuses the listing, which goes into the log: a key that had
 *   sufficed before must not stop the rest
 */
export async function noteForgotten(service: LifeService, invocation: Invocation): Promise<void> {
  const grants = forgottenGrants(service.rules);
  if (grants.length === 0) return;
  const cos = await open(grants, service, invocation);
  try {
    const noted = new Set((await listOldestFirst(UNTOLD, cos)).map(({ key }) => key));
    for (const prefix of waitingPrefixes(service.rules)) {
      const waiting = await listOldestFirst(`${pendingKey(prefix)}/`, cos);
      await atOnce(AT_ONCE, waiting, async ({ key: at, storedAt, now }) => {
        if (invocation.remainingMs() < ENOUGH_MS || now - storedAt < FORGOTTEN_SECONDS) return;
        if (!isPlainKey(at) || noted.has(noteKey(at))) return;
        const { began, ended } = await readMarkers(finalKey(at), cos);
        // One that has ended and is still there was not moved or removed.
        const isChecking = began?.file.storedAt === storedAt && ended?.file.storedAt !== storedAt;
        if (!isChecking) await noteUntold(at, cos);
      });
    }
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === "StorageDenied")) throw error;
    invocation.note({ ...error.log, pendingNotListed: "GetBucket under pending/ is refused" });
  }
}

/** The prefixes of rules whose files wait for their check. */
function waitingPrefixes({ all }: Rules): string[] {
  return [...new Set(all.filter(({ check }) => check === "before").map(({ prefix }) => prefix))];
}
