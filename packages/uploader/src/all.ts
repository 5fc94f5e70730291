/** Uploads many files and returns the outcome of each. */

import { guarded } from "./core/callback";
import type { UploadError } from "./core/errors";
import type { Uploaded, Uploader, UploadOptions, UploadProgress } from "./core/options";
import { isRecord } from "./core/values";

/** One file of a list, with its own options, which override those of the list unless they are undefined. */
export interface FileToUpload<F = string> extends UploadOptions {
  readonly filePath: F;
}

export interface UploadAllOptions
  extends Pick<UploadOptions, "rule" | "method" | "md5" | "signal" | "pause" | "until"> {
  /** `fraction` is the average over all files; a failed file counts with the fraction that it reached. */
  readonly onProgress?:
    | ((progress: { readonly fraction: number; readonly finished: number; readonly total: number }) => void)
    | undefined;
  /** Receives what one of your callbacks threw, once for each callback. Default: console.error. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export type UploadOutcome<F = string> =
  | { readonly status: "uploaded"; readonly filePath: F; readonly file: Uploaded<F> }
  | { readonly status: "failed"; readonly filePath: F; readonly error: UploadError };

/**
 * Uploads every file, several at a time. It never rejects; the outcomes are in the order of the files.
 *
 * @param list an array, or on the web the `files` of an `<input>`. In plain JavaScript, anything else counts as one file
 */
export function uploadAll<F>(
  uploader: Pick<Uploader<F>, "upload">,
  list: object & ArrayLike<F | FileToUpload<F>>,
  options: UploadAllOptions = {},
): Promise<readonly UploadOutcome<F>[]> {
  const { onError } = options;
  // A path would be cut into characters, and a set would count as no file at all.
  const isList = isRecord(list) && "length" in list;
  const files: readonly (F | FileToUpload<F>)[] = Array.prototype.slice.call(isList ? list : [list]);
  const tell = options.onProgress && guarded(options.onProgress, onError);
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
      return uploader.upload(filePath, Object.assign({}, options, defined(own), { onProgress })).then(
        (file) => end({ status: "uploaded", filePath, file }),
        (error: UploadError) => end({ status: "failed", filePath, error }),
      );
    }),
  );
}

/** A file itself, such as a `File` on the web, has no `filePath`. */
function isToUpload<F>(entry: F | FileToUpload<F>): entry is FileToUpload<F> {
  return isRecord(entry) && "filePath" in entry;
}

/** The values that are given. */
function defined<T extends object>(values: T): Partial<T> {
  const given = Object.assign({}, values);
  let name: keyof T;
  for (name in given) if (given[name] === undefined) delete given[name];
  return given;
}
