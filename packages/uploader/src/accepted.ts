/** Waits until the service has checked a stored file. */

import { late } from "./core/errors";
import type { Acceptance } from "./core/options";
import { sleep } from "./core/retry";
import { jsonOf } from "./core/service-answer";
import { askService, failure, persistently } from "./core/shared";
import { textOf } from "./core/values";

/** How long to wait between two requests, in milliseconds. */
const WAIT_MS = 1000;

/**
 * For `upload(file, { until: accepted })`: asks the function `upload-status` until the service accepts the stored file. It
 * fails with `Rejected`, whose message is the code of the reason, or with `Timeout`. Both errors have the file's key.
 */
export const accepted: Acceptance = (job, file, settings) => {
  const { key } = file;
  const { acceptTimeoutMs } = settings;
  let isLate = false;
  // A phone's clock may be set while it waits: a timer does not mind.
  const timer = setTimeout(() => {
    isLate = true;
  }, acceptTimeoutMs);
  const end = () => clearTimeout(timer);
  const ask = () => askService(job, settings, "upload-status", `?key=${encodeURIComponent(key)}`);
  const look = (): Promise<typeof file> =>
    persistently(job, settings, ask)
      .then(jsonOf, (error) => {
        // A file that waits for its check may not be visible yet.
        if (error.code !== "ObjectNotFound") throw error;
      })
      .then((status) => {
        const state = textOf(status, "state");
        if (state === "accepted") return file;
        if (state === "rejected")
          throw failure("Rejected", textOf(status, "reason"), { kind: "service", key });
        if (isLate) throw Object.assign(late("Acceptance", acceptTimeoutMs), { key });
        return sleep(job, WAIT_MS).then(look);
      });
  const looked = look();
  looked.then(end, end);
  return looked;
};
