import { cancelled, unexpected } from "./errors";
import { endJob, newJob } from "./job";
import type { Rest, Settings, Uploaded, Uploader, UploaderOptions, UploadOptions } from "./options";
import { createPlaces } from "./places";
import type { Platform } from "./platform";
import { createTokens } from "./token";
import { lookAt, PARTS_FROM, uploadWhole } from "./upload";

/** Makes an uploader for a platform. All its uploads count towards its `maxTransfers`. */
export function uploaderOn<F>(platform: Platform<F>, options: UploaderOptions): Uploader<F> {
  const { getToken, maxTransfers, parts } = options;
  const settings: Settings<F> = {
    platform,
    options,
    tokens: getToken && createTokens(getToken, withDefault(options.tokenTimeoutMs, 30_000), platform),
    places: createPlaces(Math.max(1, Math.min(maxTransfers || MOST, MOST))),
    maxAttempts: withDefault(options.maxAttempts, 4),
    backoffMs: withDefault(options.backoffMs, 500),
    signTimeoutMs: withDefault(options.signTimeoutMs, 15_000),
    transferTimeoutMs: withDefault(options.transferTimeoutMs, 600_000),
    stallTimeoutMs: withDefault(options.stallTimeoutMs, 60_000),
  };
  const inParts = parts ? parts(settings) : undefined;

  function upload(file: F, own: UploadOptions = {}): Promise<Uploaded<F>> {
    const { signal, until } = own;
    const job = newJob();
    let size: number | undefined;
    return new Promise<Uploaded<F>>((resolve, reject) => {
      const cancel = () => {
        reject(cancelled());
        endJob(job);
      };
      const leave = () => {
        job.over = true;
        if (signal) signal.removeEventListener("abort", cancel);
      };
      if (signal) {
        if (signal.aborted) return cancel();
        signal.addEventListener("abort", cancel);
      }
      settings.places
        .inTurn((): Promise<Rest<F>> => {
          if (job.over) throw cancelled();
          return lookAt(job, file, own, settings).then((about) => {
            size = about.size;
            // A file in one request keeps this place. Each part of a large file takes its own place.
            const rest = inParts ? inParts(job, file, about) : undefined;
            return rest || uploadWhole(job, file, about, settings).then((uploaded) => () => uploaded);
          });
        })
        .then((rest) => rest())
        .then((uploaded) => (until ? until(job, uploaded, settings) : uploaded))
        .then(resolve, reject)
        .then(leave);
    }).catch((error) => {
      if (error.code === "FileTooLarge" && !inParts && size && size > PARTS_FROM)
        error.message += WITHOUT_PARTS;
      throw unexpected(error);
    });
  }

  return { upload, settings };
}

/**
 * WeChat's limit for concurrent transfers (https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html).
 * Browsers have their own limits; there, this is a sensible number.
 */
const MOST = 10;

const WITHOUT_PARTS = ' Large files need createUploader({ parts }) of "cos-uploader/parts".';

function withDefault(value: number | undefined, byDefault: number): number {
  return value === undefined ? byDefault : value;
}
