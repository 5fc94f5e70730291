import { cancelled, unexpected } from "./errors";
import { endJob, newJob } from "./job";
import type { Rest, Settings, Uploaded, Uploader, UploaderOptions, UploadOptions } from "./options";
import { createPlaces } from "./places";
import type { Platform } from "./platform";
import { createTokens } from "./token";
import { lookAt, PARTS_FROM, uploadWhole } from "./upload";

/** Makes an uploader on a platform. Every upload of one uploader counts towards its `maxTransfers`. */
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
    return new Promise((resolve, reject) => {
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
            // A file in one request keeps its place; each part of a large one has a place of its own.
            const rest = inParts ? inParts(job, file, about) : undefined;
            return rest || uploadWhole(job, file, about, settings).then((uploaded) => () => uploaded);
          });
        })
        .then((rest) => rest())
        .then((uploaded) => (until ? until(job, uploaded, settings) : uploaded))
        .then(resolve, (error) => {
          if (error.code === "FileTooLarge" && !inParts && size && size > PARTS_FROM)
            error.message += WITHOUT_PARTS;
          reject(unexpected(error));
        })
        .then(leave);
    });
  }

  return { upload, settings };
}

/**
 * What WeChat sends at once (https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html). What a
 * browser sends to one host over HTTP/2 is its own affair; so many are worth having on the way.
 */
const MOST = 10;

const WITHOUT_PARTS = ' Large files need createUploader({ …, parts }), with parts from "cos-uploader/parts".';

function withDefault(value: number | undefined, usual: number): number {
  return value === undefined ? usual : value;
}
