/** Uploads by PUT. It first reads the whole file into memory, so use it for small files. */

import type { Method } from "./core/options";
import { call } from "./core/shared";
import { readFile } from "./reading";

/** For `upload(file, { method: put })`. Except on the web, it reports progress only at the beginning and the end. */
export const put: Method = {
  signedBy: "put-sign",
  transfer: (job, file, { url, header }, settings, onSent) => {
    const { platform, transferTimeoutMs: timeout } = settings;
    return readFile(job, settings, file).then((bytes) =>
      call(job, platform, "COS's answer", timeout, [header], (told) =>
        platform.request({ method: "PUT", url, header, timeout }, bytes, told, onSent),
      ),
    );
  },
};
