import type { BucketConfig } from "../config.ts";
import type { CosCall } from "../cos/client.ts";
import { copyObject } from "../cos/copy-object.ts";
import type { Invocation } from "../entry/invocation.ts";
import { MAX_REQUEST_BYTES } from "../object/limits.ts";
import { fitting, metadataOf } from "../object/metadata.ts";
import { isPending } from "../object/places.ts";
import type { Misfit } from "./misfit.ts";
import { onRejected } from "./on-uploaded.ts";
import { type LifeService, rejectedKey } from "./service.ts";
import { type Marker, readMarkers, updateMarker, writeMarker } from "./state.ts";
import { isSameVersion, storedIn } from "./stored-file.ts";
import { noteUntold } from "./untold.ts";
import { owing, type Upload } from "./upload.ts";
import { type Announcement, announce } from "./webhook.ts";
import { WITHHELD, WITHHELD_HEAD } from "./withheld.ts";

/** A file's verdict: it is accepted, or rejected for a reason, which is a code. */
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
 * Announces that it is stored, before anything is written about it; or later, where that has failed.
 *
 * @returns the upload, as it is then
 * @throws WebhookError when the announcement does not arrive
 */
export async function tellStored(
  upload: Upload,
  { webhook }: LifeService,
  invocation: Invocation,
): Promise<Upload> {
  const { marker, cos } = upload;
  if (webhook === undefined || (marker !== undefined && !marker.owesStored)) return upload;
  await noted(upload, () => announce("upload.stored", upload.file, undefined, webhook, invocation));
  if (marker === undefined) return upload;
  const { owesStored: _, ...told } = marker;
  await updateMarker(told, cos);
  return { ...upload, marker: told };
}

/** What fails is noted, for when SCF has given up. */
async function noted({ at, cos }: Upload, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await noteUntold(at, cos);
    throw error;
  }
}

/**
 * Carries out the verdict on an upload: records it, removes a rejected file, whether or not there is a webhook,
 * or moves one that waited to its key, and announces it. Whatever fails, the same call later continues where
 * this one stopped.
 *
 * @param verdict ignored when an end is written already: that stays
 * @throws ServiceError when COS fails, WebhookError when the announcement does not arrive, and what
 *   `onRejected` throws
 */
export async function settle(
  upload: Upload,
  verdict: Verdict,
  service: LifeService,
  invocation: Invocation,
): Promise<Marker> {
  const { webhook } = service;
  const end = await ended(upload, verdict);
  let marker = end;
  if (end.state === "rejected") {
    const { reason = "" } = end;
    marker = await once("onRejected", upload, end, () => onRejected(upload.file, reason, invocation));
    await noted(upload, () => takeAway(upload, reason, service.bucket));
  } else if (!(await promoted(upload, service.bucket))) {
    return end;
  }
  // Whoever could not be told that it is stored is told that first, by the next call.
  if (webhook === undefined || upload.isUntold) return marker;
  marker = (await tellStored({ ...upload, marker }, service, invocation)).marker ?? marker;
  const type = end.state === "rejected" ? "upload.rejected" : "upload.accepted";
  return await once(type, upload, marker, () => announce(type, upload.file, end.reason, webhook, invocation));
}

async function ended(upload: Upload, verdict: Verdict): Promise<Marker> {
  const { marker, file, at, cos } = upload;
  if (marker !== undefined && marker.state !== "checking") return marker;
  const waited = isPending(at) ? { waited: true } : {};
  const end = { ...verdict, file, ...waited, ...owing(upload), told: marker?.told ?? [] };
  await writeMarker(end, cos);
  return end;
}

/** Announces of a verdict what has not been announced yet, and records that it was. */
async function once(
  what: Announcement | "onRejected",
  upload: Upload,
  marker: Marker,
  tell: () => Promise<void>,
): Promise<Marker> {
  if (marker.told.includes(what)) return marker;
  await noted(upload, tell);
  const told = { ...marker, told: [...marker.told, what] };
  await updateMarker(told, upload.cos);
  return told;
}

/**
 * Removes the object, after copying it to where rejected files are kept if its rule wants that and COS returns it. One
 * that is larger than COS copies is removed all the same: it would stay where it can be read.
 */
async function takeAway(
  { file: { key, size }, at, rule, cos }: Upload,
  reason: string,
  bucket: BucketConfig,
): Promise<void> {
  if (rule.keepRejected && reason !== ("Unreadable" satisfies Misfit) && size <= MAX_REQUEST_BYTES) {
    const copied = await copyObject(
      at,
      rejectedKey(key),
      {},
      { accept: [404], acceptCode: WITHHELD },
      bucket,
      cos,
    );
    if (copied === 404) return;
  }
  await cos({ method: "DELETE", key: at, accept: [404] });
}

/**
 * Moves a file that has waited under `pending/` to its key. Only the very bytes that were checked are copied:
 * until the signature that uploaded them expires, others can replace them, or the same ones with another
 * Content-Type. So the copy gets the headers that were checked, not those that are there now.
 *
 * An ETag is an MD5, and files can be made in pairs that have the same one. So the copy is taken back if the file that was
 * checked is not there any more when it has been made: it may be of what replaced it. So it is if the file was
 * deleted or rejected meanwhile.
 *
 * @returns false when others are there, or the same ones where COS does not return them: those have a check of their own; or
 *   when it was deleted or rejected, or is nowhere any more
 */
async function promoted({ file, at, cos }: Upload, bucket: BucketConfig): Promise<boolean> {
  if (!isPending(at)) return true;
  const headers = {
    "x-cos-copy-source-if-match": `"${file.etag}"`,
    "x-cos-metadata-directive": "Replaced",
    "content-type": file.type,
    ...metadataOf(file.name, fitting(file.meta)),
  };
  const handled = { accept: [404, 412], acceptCode: WITHHELD };
  const copied = await copyObject(at, file.key, headers, handled, bucket, cos);
  // Another invocation has moved it, or what replaced it was removed: then it is nowhere, though its record is there.
  if (copied === 404) {
    if (!(await isStillAccepted(file.key, cos))) return false;
    return (await cos({ method: "HEAD", key: file.key, accept: [404] })).status !== 404;
  }
  if (copied !== 200) return false;
  const [now, isAccepted] = await Promise.all([
    cos({ method: "HEAD", key: at, accept: [WITHHELD_HEAD, 404] }),
    isStillAccepted(file.key, cos),
  ]);
  const isReplaced = now.status !== 404 && !isSameVersion(storedIn(now.headers), file);
  const stays = isAccepted && !isReplaced;
  await cos({ method: "DELETE", key: stays ? at : file.key, accept: [404] });
  return stays;
}

/**
 * As far as is written: its owner may have deleted it, and its records with it; or COS's audit may have found it risky, and
 * whoever rejects it is still about to remove it from where it waited.
 */
async function isStillAccepted(key: string, cos: CosCall): Promise<boolean> {
  return (await readMarkers(key, cos)).ended?.state === "accepted";
}
