import type { Job } from "./core/job";
import type { Settings } from "./core/options";
import type { Range } from "./core/platform";
import { askFile, failure } from "./core/shared";
import { isRecord } from "./core/values";
import { localOf } from "./wx-like/local";

/**
 * Reads the whole file, or a part of it.
 *
 * @throws {UploadError} `FileUnreadable` or `FileTooLarge`; `NotSupported` if the platform cannot read files
 */
export function readFile<F>(
  job: Job,
  settings: Settings<F>,
  file: F,
  range?: Range,
): Promise<string | object> {
  const begin = localOf(settings.platform).read(file, range);
  if (!begin) throw failure("NotSupported", "This platform cannot read files; use POST.");
  return askFile(job, settings, begin).then((data) => {
    // An object without a length is what a platform's bridge makes of bytes that it cannot carry.
    if (typeof data === "string" || (isRecord(data) && ("byteLength" in data || "size" in data))) return data;
    throw failure("FileUnreadable", "The platform returned no bytes.");
  });
}
