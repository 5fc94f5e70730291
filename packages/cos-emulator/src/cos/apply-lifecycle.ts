import type { Buckets, OpenBucket } from "./store/buckets.ts";
import type { Due, LifecycleRule } from "./store/lifecycle-configuration.ts";
import { coldness } from "./store/storage-class.ts";
import {
  isDeleteMarker,
  isLocked,
  NULL_VERSION,
  type StoredObject,
  type StoredVersion,
} from "./store/stored-object.ts";

/** How many objects, versions and uploads the rules changed. */
export interface LifecycleOutcome {
  /** Objects and versions that were deleted, and objects that got a delete marker. */
  readonly expired: number;
  readonly transitioned: number;
  /** Multipart uploads that were aborted. */
  readonly aborted: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Applies the lifecycle rules of all buckets as of now. COS does so once a day; here it runs on request, so nobody has
 * to wait. Days are counted as 24 hours from when the object was stored. Locked objects are left as they are until their
 * retention is over (https://www.tencentcloud.com/document/product/436/40136), appendable ones for good
 * (https://cloud.tencent.com/document/product/436/7741). No trigger is called.
 *
 * @param now milliseconds since the Unix epoch
 */
export async function applyLifecycle(buckets: Buckets, now: number): Promise<LifecycleOutcome> {
  const sum = { expired: 0, transitioned: 0, aborted: 0 };
  for (const open of buckets.all()) {
    for (const rule of open.settings.get("lifecycle")?.rules ?? []) {
      if (!rule.isEnabled) continue;
      sum.aborted += await abortUploads(open, rule, now);
      for (const key of open.store.keys().filter((name) => name.startsWith(rule.prefix))) {
        sum.expired += await expireNoncurrent(open, key, rule, now);
        sum.expired += await expireCurrent(open, key, rule, now);
        sum.transitioned += await transition(open, key, rule, now);
      }
    }
  }
  return sum;
}

async function abortUploads({ store }: OpenBucket, rule: LifecycleRule, now: number): Promise<number> {
  const { abortDays, prefix } = rule;
  if (abortDays === undefined) return 0;
  const due = store.uploads
    .all()
    .filter(({ key, initiated }) => key.startsWith(prefix) && now >= initiated + abortDays * DAY_MS);
  for (const { uploadId } of due) await store.uploads.end(uploadId, async () => undefined);
  return due.length;
}

async function expireCurrent(
  { store, settings }: OpenBucket,
  key: string,
  rule: LifecycleRule,
  now: number,
): Promise<number> {
  const versions = store.versions(key);
  const [newest] = versions;
  if (newest === undefined) return 0;
  if (isDeleteMarker(newest)) {
    if (!rule.removesLoneMarkers || versions.length > 1) return 0;
    await store.remove(key, newest.versionId);
    return 1;
  }
  if (rule.expiration === undefined || !hasTags(newest, rule) || !isDue(rule.expiration, newest, now))
    return 0;
  if (isAppendable(newest)) return 0;
  const versioning = settings.get("versioning");
  if (versioning !== "Enabled" && isLocked(newest, now)) return 0;
  if (versioning === undefined) await store.remove(key, NULL_VERSION);
  else await store.mark(key, { lastModified: now, keepsVersions: versioning === "Enabled" });
  return 1;
}

/** A version is noncurrent from when the next one was created. */
async function expireNoncurrent(
  { store }: OpenBucket,
  key: string,
  rule: LifecycleRule,
  now: number,
): Promise<number> {
  const { noncurrentDays } = rule;
  if (noncurrentDays === undefined) return 0;
  const due = noncurrent(store.versions(key)).filter(
    ({ version, since }) =>
      now >= since + noncurrentDays * DAY_MS && !isLocked(version, now) && !isAppendable(version),
  );
  for (const { version } of due) await store.remove(key, version.versionId);
  return due.length;
}

async function transition(
  { store }: OpenBucket,
  key: string,
  rule: LifecycleRule,
  now: number,
): Promise<number> {
  const moves: { object: StoredObject; storageClass: string }[] = [];
  const current = store.get(key);
  if (current !== undefined && hasTags(current, rule)) {
    for (const due of rule.transitions) {
      if (isDue(due, current, now)) moves.push({ object: current, storageClass: due.storageClass });
    }
  }
  for (const { version, since } of noncurrent(store.versions(key))) {
    for (const { days, storageClass } of rule.noncurrentTransitions) {
      if (!isDeleteMarker(version) && now >= since + days * DAY_MS)
        moves.push({ object: version, storageClass });
    }
  }
  // The coldest of several is applied last, so it stays.
  const colder = moves
    .filter(({ object, storageClass }) => coldness(storageClass) > coldness(object.storageClass))
    .filter(({ object }) => !isLocked(object, now) && !isAppendable(object))
    .sort((a, b) => coldness(a.storageClass) - coldness(b.storageClass));
  for (const { object, storageClass } of colder) await store.change(object, () => ({ storageClass }));
  return new Set(colder.map(({ object }) => object.versionId)).size;
}

function noncurrent(versions: readonly StoredVersion[]): { version: StoredVersion; since: number }[] {
  return versions.flatMap((version, index) => {
    const next = versions[index - 1];
    return next === undefined ? [] : { version, since: next.lastModified };
  });
}

function isDue(due: Due, { lastModified }: StoredObject, now: number): boolean {
  return now >= ("time" in due ? due.time : lastModified + due.days * DAY_MS);
}

function isAppendable(version: StoredVersion): boolean {
  return !isDeleteMarker(version) && version.appendable === true;
}

function hasTags({ tags = [] }: StoredObject, rule: LifecycleRule): boolean {
  return rule.tags.every((wanted) =>
    tags.some(({ key, value }) => key === wanted.key && value === wanted.value),
  );
}
