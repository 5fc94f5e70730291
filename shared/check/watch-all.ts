import type { CosCall } from "../cos/client.ts";
import { listGrant, listObjects, MAX_LISTED } from "../cos/list-objects.ts";
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
/** What is left of the time when a run begins no other batch, in milliseconds. */
const ENOUGH_MS = 8000;
/** A check that was written so lately is somebody's work right now. */
const QUIET_SECONDS = 60;
/** How long a result without a check is kept, in seconds. */
const RESULT_SECONDS = 24 * 60 * 60;

/**
 * Looks after every open check, for as long as there is time; and forgets results of which no check came.
 *
 * @throws ServiceError when the checks cannot be listed
 */
export async function watchChecks(service: CheckService, invocation: Invocation): Promise<Watch> {
  const grants = [...allChecksGrants(), listGrant(CHECKS), listGrant(RESULTS)];
  const cos = await open(grants, service, invocation);
  const seen: (Watched | "failed")[] = [];
  await inBatches(CHECKS, cos, invocation, async (named) => {
    if (!(ageOf(named) >= QUIET_SECONDS)) return;
    seen.push(await watchOne(named, cos, service, invocation).catch(() => "failed" as const));
  });
  await inBatches(RESULTS, cos, invocation, async (named) => {
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

/** Lists a prefix, and does the work for each object under it, a few at once. */
async function inBatches(
  prefix: string,
  cos: CosCall,
  invocation: Invocation,
  work: (named: Named) => Promise<void>,
): Promise<void> {
  let marker: string | undefined;
  do {
    const question = { prefix, maxKeys: MAX_LISTED, ...(marker !== undefined && { marker }) };
    const { objects, isTruncated, listedAt: now } = await listObjects(question, cos);
    const names = objects.map(({ key, lastModified }) => ({
      name: key.slice(prefix.length),
      storedAt: Math.floor(Date.parse(lastModified) / 1000),
      now,
    }));
    for (let i = 0; i < names.length; i += AT_ONCE) {
      if (invocation.remainingMs() < ENOUGH_MS) return;
      await Promise.all(names.slice(i, i + AT_ONCE).map(work));
    }
    marker = isTruncated ? objects.at(-1)?.key : undefined;
  } while (marker !== undefined);
}

/** An object, by what comes after the prefix in its key. */
interface Named {
  readonly name: string;
  /** When it was stored, and when it was listed, by COS's clock: Unix seconds. */
  readonly storedAt: number;
  readonly now: number;
}
