import type { BucketConfig } from "../config.ts";
import { objectUrl } from "../cos/url.ts";
import type { Invocation } from "../entry/invocation.ts";
import { isMisfit } from "./misfit.ts";
import { type LifeService, rejectedKey } from "./service.ts";
import { type Marker, writeMarker } from "./state.ts";
import type { Upload } from "./upload.ts";
import { type Announcement, announce } from "./webhook.ts";

/** How a file's life goes on: it is accepted, or rejected for a reason, which is a code. */
export type Verdict =
  | { readonly state: "accepted" }
  | { readonly state: "rejected"; readonly reason: string };

/**
 * Announces that it is stored, before anything is written about it.
 *
 * @throws WebhookError when the announcement does not arrive
 */
export async function tellStored(
  { file, marker }: Upload,
  { webhook }: LifeService,
  invocation: Invocation,
): Promise<void> {
  if (webhook === undefined || marker !== undefined) return;
  await announce("upload.stored", file, undefined, webhook, invocation);
}

/**
 * Brings an upload to its end: writes the verdict down, takes a rejected file away, and announces it. Whatever fails,
 * the same call later goes on where this one stopped; an end that is written stays.
 *
 * @param judge asked unless the end is written already
 * @throws ServiceError when COS fails, WebhookError when the announcement does not arrive
 */
export async function settle(
  upload: Upload,
  judge: () => Promise<Verdict>,
  service: LifeService,
  invocation: Invocation,
): Promise<Marker> {
  const marker = await ended(upload, judge);
  if (mustGo(marker, service)) await takeAway(upload, service.bucket);
  return await tell(
    `upload.${marker.state === "rejected" ? "rejected" : "accepted"}`,
    upload,
    marker,
    service,
    invocation,
  );
}

/** Nobody would learn that a file of the wrong kind is gone when nobody is told: then it stays, and its state says so. */
function mustGo({ state, reason }: Marker, { webhook }: LifeService): boolean {
  return state === "rejected" && (webhook !== undefined || !isMisfit(reason));
}

async function ended({ marker, file, cos }: Upload, judge: () => Promise<Verdict>): Promise<Marker> {
  if (marker !== undefined && marker.state !== "checking") return marker;
  const end = { ...(await judge()), file, told: marker?.told ?? [] };
  await writeMarker(end, cos);
  return end;
}

async function tell(
  type: Announcement,
  { file, cos }: Upload,
  marker: Marker,
  { webhook }: LifeService,
  invocation: Invocation,
): Promise<Marker> {
  if (webhook === undefined || marker.told.includes(type)) return marker;
  await announce(type, file, marker.reason, webhook, invocation);
  const told = { ...marker, told: [...marker.told, type] };
  await writeMarker(told, cos);
  return told;
}

/** Removes the object, after copying it to where rejected files are kept if its rule wants that. */
async function takeAway(
  { file: { key }, rule, cos }: Upload,
  { bucket, region }: BucketConfig,
): Promise<void> {
  if (rule.keepRejected) {
    const source = objectUrl(`${bucket}.cos.${region}.myqcloud.com`, key, {}).replace(/^https:\/\//, "");
    const copied = await cos({
      method: "PUT",
      key: rejectedKey(key),
      headers: { "x-cos-copy-source": source },
      accept: [404],
    });
    if (copied.status === 404) return;
  }
  await cos({ method: "DELETE", key, accept: [404] });
}
