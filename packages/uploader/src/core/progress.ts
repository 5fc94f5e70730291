import { guarded } from "./callback";
import type { Job } from "./job";
import type { UploaderOptions, UploadOptions } from "./options";

/** Tells the caller of each fraction that is higher than all before. */
export function progressOf(
  job: Job,
  totalBytes: number,
  { onProgress }: Pick<UploadOptions, "onProgress">,
  onError: UploaderOptions["onError"],
): (fraction: number) => void {
  if (!onProgress) return () => {};
  const tell = guarded(onProgress, onError);
  let reached = -1;
  return (fraction) => {
    if (job.over || fraction <= reached) return;
    reached = fraction;
    tell({ fraction, sentBytes: Math.round(fraction * totalBytes), totalBytes });
  };
}
