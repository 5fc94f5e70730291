import { cancelled, unexpected } from "./errors";
import { endJob, newJob, noop } from "./job";
import type { Rest, Settings, Uploaded, Uploader, UploaderOptions, UploadOptions } from "./options";
import { createPlaces } from "./places";
import type { Platform } from "./platform";
import { createTokens } from "./token";
import { lookAt, PARTS_FROM, uploadWhole } from "./upload";
import { checkImported, checkSignal } from "./wrong-option";

/** Makes an uploader for a platform. All its uploads count towards its `maxTransfers`. */
export function uploaderOn<F>(platform: Platform<F>, options: UploaderOptions): Uploader<F> {
  const { getToken, parts } = options;
  const numbers = numbersOf(options);
  const settings: Settings<F> = Object.assign(numbers, {
    platform,
    options,
    tokens: getToken && createTokens(getToken, numbers.tokenTimeoutMs, platform),
    places: createPlaces(Math.max(1, Math.min(numbers.maxTransfers, MOST))),
  });
  const inParts = typeof parts === "function" ? parts(settings) : noop;

  function upload(file: F, given?: UploadOptions): Promise<Uploaded<F>> {
    const own = given || {};
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
        checkSignal(signal);
        signal.addEventListener("abort", cancel);
      }
      settings.places
        .inTurn((): Promise<Rest<F>> => {
          if (job.over) throw cancelled();
          checkImported(Object.assign({}, options, own));
          return lookAt(job, file, own, settings).then((about) => {
            size = about.size;
            // A file in one request keeps this place. Each part of a large file takes its own place.
            return (
              inParts(job, file, about) ||
              uploadWhole(job, file, about, settings).then((uploaded) => () => uploaded)
            );
          });
        })
        .then((rest) => rest())
        .then((uploaded) => (until ? until(job, uploaded, settings) : uploaded))
        .then(resolve, reject)
        .then(leave);
    }).catch((error) => {
      if (error.code === "FileTooLarge" && !parts && size && size > PARTS_FROM)
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

const WITHOUT_PARTS = " Large files need createUploader({ parts }) of cos-uploader/parts.";

/** The longest that a timer waits, in milliseconds. It takes anything longer, such as Infinity, for 0. */
const LONGEST = 0x7fffffff;

/** Numbers as the caller gave them, also as text; the defaults for those that are missing or no numbers. */
function numbersOf(given: UploaderOptions) {
  // In milliseconds, except the first two.
  const numbers = {
    maxTransfers: MOST,
    maxAttempts: 4,
    backoffMs: 500,
    tokenTimeoutMs: 30_000,
    signTimeoutMs: 15_000,
    transferTimeoutMs: 600_000,
    stallTimeoutMs: 60_000,
    acceptTimeoutMs: 120_000,
  };
  let name: keyof typeof numbers;
  for (name in numbers) {
    const number = parseFloat(String(given[name]));
    if (number >= 0) numbers[name] = Math.min(number, LONGEST);
  }
  return numbers;
}
