/**
 * Uploads files of a Mini Program straight to COS, with signatures from the functions put-sign and
 * post-policy. It has no dependency and keeps no secret: copy this folder into your project.
 */

import { guarded } from "./callback";
import type { UploadError } from "./errors";
import { cancelled, unexpected } from "./errors";
import { newJob } from "./job";
import type {
  FileToUpload,
  UploadAllOptions,
  Uploaded,
  Uploader,
  UploaderOptions,
  UploadOptions,
  UploadOutcome,
  UploadProgress,
} from "./options";
import { createPlaces } from "./places";
import { createTokens } from "./token";
import type { Settings } from "./upload";
import { uploadFile } from "./upload";

export type { Canceller } from "./canceller";
export { createCanceller } from "./canceller";
export type { CosRefusal } from "./cos-refusal";
export type { UploadError } from "./errors";
export { isUploadError } from "./errors";
export type {
  CancelSignal,
  FileToUpload,
  UploadAllOptions,
  Uploaded,
  Uploader,
  UploaderOptions,
  UploadMethod,
  UploadOptions,
  UploadOutcome,
  UploadProgress,
} from "./options";

/** The platform's: https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html */
const PLATFORM_TRANSFERS = 10;

/** Makes an uploader. Every upload of one uploader counts towards its `maxTransfers`. */
export function createUploader(options: UploaderOptions): Uploader {
  const { getToken, onError, signTimeoutMs = 15_000 } = options;
  const { tokenTimeoutMs = 2 * signTimeoutMs } = options;
  const settings: Settings = {
    endpoint: options.endpoint,
    tokens: getToken ? createTokens(getToken, tokenTimeoutMs) : undefined,
    maxAttempts: withDefault(options.maxAttempts, 4),
    backoffMs: withDefault(options.backoffMs, 500),
    signTimeoutMs,
    transferTimeoutMs: withDefault(options.transferTimeoutMs, 600_000),
    stallTimeoutMs: withDefault(options.stallTimeoutMs, 60_000),
    onError,
  };
  const places = createPlaces(placesOf(options));

  function upload(filePath: string, own: UploadOptions = {}): Promise<Uploaded> {
    const { signal } = own;
    const job = newJob();
    return new Promise((resolve, reject) => {
      const end = () => {
        job.over = true;
        if (signal) signal.removeEventListener("abort", cancel);
      };
      const cancel = () => {
        end();
        job.stop();
        reject(cancelled());
      };
      if (signal) {
        if (signal.aborted) return cancel();
        signal.addEventListener("abort", cancel);
      }
      const work = () => Promise.resolve().then(() => uploadFile(job, filePath, own, settings));
      places
        .inTurn(() => (job.over ? Promise.reject(cancelled()) : work()))
        .then(
          (uploaded) => {
            end();
            resolve(uploaded);
          },
          (error) => {
            end();
            reject(unexpected(error));
          },
        );
    });
  }

  function uploadAll(
    files: readonly (string | FileToUpload)[],
    common: UploadAllOptions = {},
  ): Promise<UploadOutcome[]> {
    const tell = common.onProgress && guarded(common.onProgress, onError);
    const fractions = files.map(() => 0);
    let finished = 0;
    const report = () => {
      if (!tell) return;
      const sum = fractions.reduce((a, b) => a + b, 0);
      tell({ fraction: sum / files.length, finished, total: files.length });
    };
    return Promise.all(
      files.map((entry, index) => {
        const own: FileToUpload = typeof entry === "string" ? { filePath: entry } : entry;
        const { filePath } = own;
        const tellOwn = own.onProgress && guarded(own.onProgress, onError);
        const end = (outcome: UploadOutcome) => {
          finished += 1;
          report();
          return outcome;
        };
        const onProgress = (progress: UploadProgress) => {
          if (tellOwn) tellOwn(progress);
          fractions[index] = progress.fraction;
          report();
        };
        return upload(filePath, Object.assign({}, common, own, { onProgress })).then(
          (file) => end({ status: "uploaded", filePath, file }),
          (error: UploadError) => end({ status: "failed", filePath, error }),
        );
      }),
    );
  }

  return { upload, uploadAll };
}

function placesOf({ maxTransfers }: UploaderOptions): number {
  const wanted = Math.floor(Number(maxTransfers)) || PLATFORM_TRANSFERS;
  return Math.max(1, Math.min(wanted, PLATFORM_TRANSFERS));
}

function withDefault(value: number | undefined, usual: number): number {
  return value === undefined ? usual : value;
}
