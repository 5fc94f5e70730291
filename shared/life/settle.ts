import type { BucketConfig } from "../config.ts";
import { objectUrl } from "../cos/url.ts";
import type { Invocation } from "../entry/invocation.ts";
import { isPending } from "../object/places.ts";
import { isMisfit } from "./misfit.ts";
import { type LifeService, rejectedKey } from "./service.ts";
import { type Marker, writeMarker } from "./state.ts";
import { noteUntold } from "./untold.ts";
import type { Upload } from "./upload.ts";
import { type Announcement, announce } from "./webhook.ts";

/** How a file's life goes on: it is accepted, or rejected for a reason, which is a code. */
export type Verdict =
  | { readonly state: "accepted" }
  | { readonly state: "rejected"; readonly reason: string };

/** How an upload has ended, as far as that is written down. */
export function endOf({ marker }: Upload): Verdict | undefined {
  if (marker === undefined || marker.state === "checking") return undefined;
  const { state, reason = "" } = marker;
  return state === "accepted" ? { state } : { state, reason };
}

/**
 * Announces that it is stored, before anything is written about it.
 *
 * @throws WebhookError when the announcement does not arrive
 */
export async function tellStored(
  upload: Upload,
  { webhook }: LifeService,
  invocation: Invocation,
): Promise<void> {
  if (webhook === undefined || upload.marker !== undefined) return;
  await announced(upload, () => announce("upload.stored", upload.file, undefined, webhook, invocation));
}

/** An announcement that does not arrive is noted, for when SCF has given up. */
async function announced({ at, cos }: Upload, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await noteUntold(at, cos);
    throw error;
  }
}

/**
 * Brings an upload to its end: writes the verdict down, takes a rejected file away or gives one that waited its key, and
 * announces it. Whatever fails, the same call later goes on where this one stopped.
 *
 * @param verdict ignored when an end is written already: that stays
 * @throws ServiceError when COS fails, WebhookError when the announcement does not arrive
 */
export async function settle(
  upload: Upload,
  verdict: Verdict,
  service: LifeService,
  invocation: Invocation,
): Promise<Marker> {
  const marker = await ended(upload, verdict);
  if (mustGo(upload.at, marker, service)) await takeAway(upload, service.bucket);
  if (marker.state === "accepted" && !(await promoted(upload, service.bucket))) return marker;
  return await tell(
    `upload.${marker.state === "rejected" ? "rejected" : "accepted"}`,
    upload,
    marker,
    service,
    invocation,
  );
}

/**
 * Nobody would learn that a file of the wrong kind is gone when nobody is told: then it stays, and its state says so;
 * unless it waits where nobody can read it.
 */
function mustGo(at: string, { state, reason }: Marker, { webhook }: LifeService): boolean {
  return state === "rejected" && (webhook !== undefined || !isMisfit(reason) || isPending(at));
}

async function ended({ marker, file, at, cos }: Upload, verdict: Verdict): Promise<Marker> {
  if (marker !== undefined && marker.state !== "checking") return marker;
  const waited = isPending(at) ? { waited: true } : {};
  const end = { ...verdict, file, ...waited, told: marker?.told ?? [] };
  await writeMarker(end, cos);
  return end;
}

async function tell(
  type: Announcement,
  upload: Upload,
  marker: Marker,
  { webhook }: LifeService,
  invocation: Invocation,
): Promise<Marker> {
  if (webhook === undefined || marker.told.includes(type)) return marker;
  await announced(upload, () => announce(type, upload.file, marker.reason, webhook, invocation));
  const told = { ...marker, told: [...marker.told, type] };
  await writeMarker(told, upload.cos);
  return told;
}

/** Removes the object, after copying it to where rejected files are kept if its rule wants that. */
async function takeAway({ file: { key }, at, rule, cos }: Upload, bucket: BucketConfig): Promise<void> {
  if (rule.keepRejected) {
    const copied = await cos({
      method: "PUT",
      key: rejectedKey(key),
      headers: { "x-cos-copy-source": copySource(at, bucket) },
      accept: [404],
    });
    if (copied.status === 404) return;
  }
  await cos({ method: "DELETE", key: at, accept: [404] });
}

/**
 * Gives a file that has waited under `pending/` its key. The copy is made of the very bytes that were checked, or not at
 * all: until the signature that uploaded them ends, others can be put in their place.
 *
 * @returns false when others are there, which have a check of their own
 */
async function promoted({ file, at, cos }: Upload, bucket: BucketConfig): Promise<boolean> {
  if (!isPending(at)) return true;
  const copied = await cos({
    method: "PUT",
    key: file.key,
    headers: {
      "x-cos-copy-source": copySource(at, bucket),
      "x-cos-copy-source-if-match": `"${file.etag}"`,
    },
    accept: [404, 412],
  });
  if (copied.status === 412) return false;
  // Without an object, an earlier invocation has moved it.
  if (copied.status !== 404) await cos({ method: "DELETE", key: at, accept: [404] });
  return true;
}

function copySource(key: string, { bucket, region }: BucketConfig): string {
  return objectUrl(`${bucket}.cos.${region}.myqcloud.com`, key, {}).replace(/^https:\/\//, "");
}
