import { clockMs } from "../../shared/clock.ts";
import { DELETE, MAX_DELETED, type NotDeleted } from "../../shared/cos/delete-objects.ts";
import type { Invocation } from "../../shared/entry/invocation.ts";
import { ServiceError } from "../../shared/errors.ts";
import type { HttpAnswer } from "../../shared/http/response.ts";
import { deleteOwn } from "./delete-own.ts";
import { deleteRest } from "./delete-rest.ts";
import { allPrefixes, type OwnObjects, openOwnObjects } from "./own-objects.ts";
import type { Owner } from "./owner.ts";
import type { ObjectsService } from "./service.ts";

/** The most that one call deletes. */
const MAX_AT_ONCE = 10 * MAX_DELETED;

/** After so many failures no other page is begun, since the answer names each: it may have those of one page more. */
const ENOUGH_FAILED = 1000;

/**
 * Deletes all of the caller's own objects and their records, a page at a time, and then everything else kept of
 * the caller. Stops while there is still time to answer. The answer's `next` goes into the next call's `after`,
 * until there is none. What cannot be deleted is named and skipped, so the calls come to an end.
 *
 * @throws ServiceError when COS or STS fails before anything was done
 */
export async function deleteAll(
  owner: Owner,
  after: string | undefined,
  service: ObjectsService,
  invocation: Invocation,
): Promise<HttpAnswer> {
  const prefixes = allPrefixes(service.rules, owner);
  const end = afterAll(prefixes);
  let own: OwnObjects | undefined;
  const failed: NotDeleted[] = [];
  let next = after;
  let deleted = 0;
  let longestMs = 0;
  const isDone = () => deleted + failed.length >= MAX_AT_ONCE && next !== end;
  for (let pages = 0; !isDone() && failed.length < ENOUGH_FAILED; pages += 1) {
    if (pages > 0 && invocation.remainingMs() < 2 * longestMs) break;
    const startedAt = clockMs();
    try {
      if (next === end) {
        next = (await deleteRest(owner, service, invocation)) ? undefined : end;
        break;
      }
      own ??= await openOwnObjects(owner, service, [DELETE], invocation, prefixes);
      const page = await own.page(next, MAX_DELETED);
      const keys = page.objects.map(({ key }) => key);
      const notDeleted = keys.length === 0 ? [] : await deleteOwn(keys, own, service, invocation);
      failed.push(...notDeleted);
      deleted += keys.length - notDeleted.length;
      next = page.next ?? end;
    } catch (error) {
      // The answer reports what was done so far; if the failure persists, the next call meets it at its start.
      if (!(error instanceof ServiceError) || pages === 0) throw error;
      invocation.note({ ...error.log, stoppedBy: error.code });
      break;
    }
    longestMs = Math.max(longestMs, clockMs() - startedAt);
  }
  invocation.note({ deleted, failed: failed.length });
  return {
    status: 200,
    body: {
      deleted,
      failed: failed.map(({ key, code }) => ({ key, code })),
      ...(next !== undefined && { next }),
    },
  };
}

/**
 * The value of `next` when all objects are deleted and the rest is not. It sorts after every key of the last prefix, since
 * a key's date consists of digits.
 */
function afterAll(prefixes: readonly string[]): string {
  return `${prefixes.at(-1)}~`;
}
