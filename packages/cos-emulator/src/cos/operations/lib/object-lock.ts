import { CosError, invalidArgument, invalidBucketState, invalidLockedTime } from "../../http/errors.ts";
import type { CosService } from "../../store/service.ts";

const MODE = "x-cos-object-lock-mode";
const UNTIL = "x-cos-object-lock-retain-until-date";

/** How an upload locks its object (https://cloud.tencent.com/document/product/436/7749). */
export const LOCK_HEADERS: ReadonlySet<string> = new Set([MODE, UNTIL]);

const DAY_MS = 24 * 60 * 60 * 1000;
const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Until when an upload locks its object, by its headers or else by the bucket's default, in milliseconds since the Unix
 * epoch; undefined if it does not. The default retention of an upload in parts is counted from its beginning.
 *
 * @throws {CosError} InvalidArgument, InvalidLockedTime, InvalidBucketState
 */
export function readLock(service: CosService, named: ReadonlyMap<string, string>): number | undefined {
  const mode = named.get(MODE);
  const until = named.get(UNTIL);
  if (mode === undefined && until === undefined) {
    const days = service.settings.get("objectLock")?.days;
    return days === undefined ? undefined : service.clock() + days * DAY_MS;
  }
  if (mode !== "COMPLIANCE") throw invalidArgument(`${MODE} must be COMPLIANCE`);
  checkLockable(service);
  return readLockTime(service, until, UNTIL);
}

/**
 * Reads until when to lock an object, in milliseconds since the Unix epoch. It must be in the future.
 *
 * @throws {CosError} InvalidArgument, InvalidLockedTime
 */
export function readLockTime({ clock }: CosService, text: string | undefined, name: string): number {
  const time = ISO_8601.test(text ?? "") ? Date.parse(text ?? "") : Number.NaN;
  if (Number.isNaN(time)) throw invalidArgument(`${name} must be a time such as 2030-01-02T03:04:05.000Z`);
  if (time <= clock()) throw invalidLockedTime(`${name} is not in the future`);
  return time;
}

/**
 * Refuses to lock an object in a bucket without object lock. We could not find out which code COS has for that.
 *
 * @throws {CosError} InvalidBucketState
 */
export function checkLockable({ settings }: CosService): void {
  if (settings.get("objectLock") === undefined) {
    throw invalidBucketState("object lock is not enabled for this bucket");
  }
}

/**
 * Refuses what a bucket with object lock cannot have (https://www.tencentcloud.com/document/product/436/40136). We could
 * not find out which code COS has for that.
 *
 * @param what such as "intelligent tiering"
 * @throws {CosError} InvalidBucketState
 */
export function checkNoObjectLock({ settings }: CosService, what: string): void {
  if (settings.get("objectLock") !== undefined) {
    throw invalidBucketState(`a bucket with object lock cannot have ${what}`);
  }
}

/** The refusal to replace or delete a locked object. */
export function objectLocked(): CosError {
  return new CosError("ObjectLocked", "The object is locked and can be neither changed nor deleted.", {
    reason: "the object's retention period is not over",
  });
}
