/** Has COS compare a file's digest. */

import type { Digest } from "./core/options";
import type { FileInfo, Told } from "./core/platform";
import { askFile, failure } from "./core/shared";
import { localOf } from "./wx-like/local";

/** For `upload(file, { md5 })`. If the phone cannot compute the digest, the upload fails with `DigestUnavailable`. */
export const md5: Digest = (job, file, settings) =>
  askFile(job, settings, (told: Told<FileInfo>) => localOf(settings.platform).digest(file, told)).then(
    (info) => {
      if (info.digest) return info;
      throw failure("DigestUnavailable", "This platform cannot compute an MD5 digest.");
    },
  );
