import { accepted } from "./accepted";
import { guarded } from "./callback";
import { addressOf } from "./endpoint";
import type { UploadError } from "./errors";
import { cancelled, unexpected } from "./errors";
import { endJob, newJob } from "./job";
import { listObjects, removeObjects } from "./objects";
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
import { lacksMultipart, uploadInParts } from "./parts";
import { createPlaces } from "./places";
import type { Platform } from "./platform";
import type { Settings } from "./service";
import { createTokens } from "./token";
import type { LargeFile, Told } from "./upload";
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
    partsFrom: withDefault(options.partsFrom, 10 * 1024 * 1024),
    partsAtOnce: Math.max(1, Math.min(Math.floor(withDefault(options.partsAtOnce, 4)) || 1, 5)),
    acceptTimeoutMs: withDefault(options.acceptTimeoutMs, 120_000),
    onError,
  };
  let hasMultipart = addressOf(options.endpoint, "multipart") !== undefined;
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
      const whole = (about: Told) => uploadWhole(job, file, about, own, settings);
      // A file in one request keeps its place; each part of a large one has a place of its own.
      places
        .inTurn(() => {
          if (job.over) throw cancelled();
          return lookAt(job, file, own, settings).then((about): Rest<F> | Promise<Rest<F>> => {
            const large = inParts(file, about, own);
            if (!large) return whole(about).then((uploaded) => () => uploaded);
            return () =>
              uploadInParts(job, file, large, own, settings, places).then(undefined, (error) => {
                if (!lacksMultipart(error)) throw error;
                hasMultipart = false;
                return places.inTurn(() => whole(large));
              });
          });
        })
        .then((rest) => rest())
        .then((uploaded) => (own.until === "accepted" ? accepted(job, uploaded, settings) : uploaded))
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

  /** What is told of the file, if it goes in parts. */
  function inParts(file: F, about: Told, { method, md5 }: UploadOptions): LargeFile | undefined {
    const { size = 0 } = about;
    const isLarge = size >= Math.max(settings.partsFrom, 1) && hasMultipart && !method && !md5;
    const readable = isLarge && platform.read(file, { position: 0, length: 1 });
    return readable ? Object.assign({}, about, { size }) : undefined;
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

  return {
    upload,
    uploadAll,
    list: (question = {}) => listObjects(settings, question),
    remove: (keys) => removeObjects(settings, keys),
  };
}

/** What is left to do of an upload that has given up its first place. */
type Rest<F> = () => Uploaded<F> | Promise<Uploaded<F>>;

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
