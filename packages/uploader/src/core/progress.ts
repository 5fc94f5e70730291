import { guarded } from "./callback";
import type { Job } from "./job";
import type { Settings, UploadOptions } from "./options";

/** Reports a fraction to the caller if it is higher than all earlier ones. */
export function progressOf<F>(
  job: Job,
  totalBytes: number,
  own: Pick<UploadOptions, "onProgress">,
  settings: Settings<F>,
): (fraction: number) => void {
  const tell = own.onProgress && guarded(own.onProgress, settings.options.onError);
  let reached = -1;
  return (fraction) => {
    if (!tell || job.over || fraction <= reached) return;
    reached = fraction;
    tell({ fraction, sentBytes: Math.round(fraction * totalBytes), totalBytes });
  };
}
