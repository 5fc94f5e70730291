import { guarded } from "./callback";
import type { UploadError } from "./errors";
import { cancelled, unexpected } from "./errors";
import { endJob, newJob } from "./job";
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
import type { Platform } from "./platform";
import type { Settings } from "./service";
import { createTokens } from "./token";
import { lookAt, uploadWhole } from "./upload";
import { isRecord } from "./values";

/** Makes an uploader on a platform. Every upload of one uploader counts towards its `maxTransfers`. */
export function uploaderOn<F>(platform: Platform<F>, options: UploaderOptions): Uploader<F> {
  const { getToken, onError, signTimeoutMs = 15_000 } = options;
  const { tokenTimeoutMs = 2 * signTimeoutMs } = options;
  const settings: Settings<F> = {
    platform,
    endpoint: options.endpoint,
    tokens: getToken ? createTokens(getToken, tokenTimeoutMs, platform) : undefined,
    maxAttempts: withDefault(options.maxAttempts, 4),
    backoffMs: withDefault(options.backoffMs, 500),
    signTimeoutMs,
    transferTimeoutMs: withDefault(options.transferTimeoutMs, 600_000),
    stallTimeoutMs: withDefault(options.stallTimeoutMs, 60_000),
    onError,
  };
  const places = createPlaces(placesOf(options, platform.transfers));

  function upload(file: F, own: UploadOptions = {}): Promise<Uploaded<F>> {
    const { signal } = own;
    const job = newJob();
    return new Promise((resolve, reject) => {
      const end = () => {
        job.over = true;
        if (signal) signal.removeEventListener("abort", cancel);
      };
      const cancel = () => {
        end();
        endJob(job);
        reject(cancelled());
      };
      if (signal) {
        if (signal.aborted) return cancel();
        signal.addEventListener("abort", cancel);
      }
      const work = () =>
        Promise.resolve()
          .then(() => lookAt(job, file, own, settings))
          .then((about) => uploadWhole(job, file, about, own, settings));
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
    files: readonly (F | FileToUpload<F>)[],
    common: UploadAllOptions = {},
  ): Promise<UploadOutcome<F>[]> {
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
        const own: FileToUpload<F> = isToUpload(entry) ? entry : { filePath: entry };
        const { filePath } = own;
        const tellOwn = own.onProgress && guarded(own.onProgress, onError);
        const end = (outcome: UploadOutcome<F>) => {
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

/** Not a file itself: what is one on the web has no `filePath`. */
function isToUpload<F>(entry: F | FileToUpload<F>): entry is FileToUpload<F> {
  return isRecord(entry) && "filePath" in entry;
}

function placesOf({ maxTransfers }: UploaderOptions, most: number): number {
  const wanted = Math.floor(Number(maxTransfers)) || most;
  return Math.max(1, Math.min(wanted, most));
}

function withDefault(value: number | undefined, usual: number): number {
  return value === undefined ? usual : value;
}
