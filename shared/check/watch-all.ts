import { atOnce } from "../at-once.ts";
import type { CosCall } from "../cos/client.ts";
import { type AgedObject, listGrant, listOldestFirst } from "../cos/list-objects.ts";
import type { Invocation } from "../entry/invocation.ts";
import { open } from "../life/open.ts";
import { allChecksGrants, CHECKS, closeCheck, dropResult, RESULTS, readCheck } from "./open-check.ts";
import type { CheckService } from "./service.ts";
import { type Watched, watchCheck } from "./watch.ts";

/** What one run has seen. */
export interface Watch {
  /** How many checks have no end yet, of those that were looked at. */
  readonly open: number;
  /** How many files were accepted or rejected, or were gone. */
  readonly ended: number;
  /** How many WeChat was asked about again. */
  readonly asked: number;
  /** How many could not be looked after: the next run tries again. */
  readonly failed: number;
}

/** How many are looked after at once. */
const AT_ONCE = 8;
/** What is left of the time when a run begins no other, in milliseconds. */
const ENOUGH_MS = 8000;
/** A check that was written this recently is still being worked on. */
const QUIET_SECONDS = 60;
/** How long a result without a check is kept, in seconds. */
const RESULT_SECONDS = 24 * 60 * 60;

/**
 * Looks after every open check, for as long as there is time, and deletes results whose check never came.
 *
 * @throws ServiceError when the checks cannot be listed
 */
export async function watchChecks(service: CheckService, invocation: Invocation): Promise<Watch> {
  const grants = [...allChecksGrants(), listGrant(CHECKS), listGrant(RESULTS)];
  const cos = await open(grants, service, invocation);
  const seen: (Watched | "failed")[] = [];
  await lookAfter(CHECKS, cos, invocation, async (named) => {
    if (!(ageOf(named) >= QUIET_SECONDS)) return;
    seen.push(await watchOne(named, cos, service, invocation).catch(() => "failed" as const));
  });
  await lookAfter(RESULTS, cos, invocation, async (named) => {
    if (ageOf(named) >= RESULT_SECONDS) await dropResult(named.name, cos);
  });
  const count = (...words: readonly string[]) => seen.filter((word) => words.includes(word)).length;
  return {
    open: count("checking"),
    ended: count("accepted", "rejected", "gone"),
    asked: count("asked"),
    failed: count("failed"),
  };
}

/** In seconds. */
function ageOf({ storedAt, now }: Named): number {
  return now - storedAt;
}

async function watchOne(
  named: Named,
  cos: CosCall,
  service: CheckService,
  invocation: Invocation,
): Promise<Watched> {
  const { name: id, now } = named;
  const check = await readCheck(id, cos);
  if (check === undefined) {
    // Closed meanwhile, or not of this form.
    await closeCheck(id, cos);
    return "gone";
  }
  return await watchCheck({ id, check }, ageOf(named), now, cos, service, invocation);
}

/** Does the work for each object under a prefix, the oldest first, a few at once, for as long as there is time. */
async function lookAfter(
  prefix: string,
  cos: CosCall,
  invocation: Invocation,
  work: (named: Named) => Promise<void>,
): Promise<void> {
  await atOnce(AT_ONCE, await listOldestFirst(prefix, cos), async ({ key, ...times }) => {
    if (invocation.remainingMs() < ENOUGH_MS) return;
    await work({ name: key.slice(prefix.length), ...times });
  });
}

/** An object, by what comes after the prefix in its key. */
interface Named extends Omit<AgedObject, "key"> {
  readonly name: string;
}
