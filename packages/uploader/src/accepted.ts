/** Waits until the service has looked at a stored file. */

import { late } from "./core/errors";
import type { Acceptance } from "./core/options";
import { sleep } from "./core/retry";
import { jsonOf } from "./core/service-answer";
import { askService, failure, persistently } from "./core/shared";
import { textOf } from "./core/values";

/** Between two questions, in milliseconds. */
const WAIT_MS = 1000;

/**
 * For `upload(file, { until: accepted })`: waits until the service accepts the stored file, through the
 * function `upload-status`. It fails with `Rejected`, whose message is the reason's code, or with `Timeout`;
 * each has the file's key.
 */
export const accepted: Acceptance = (job, file, settings) => {
  const { key } = file;
  const { acceptTimeoutMs = 120_000 } = settings.options;
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
        // It may wait to be checked where nobody sees it.
        if (error.code !== "ObjectNotFound") throw error;
      })
      .then((status) => {
        const state = textOf(status, "state");
        if (state === "accepted") return file;
        if (state === "rejected") throw failure("service", "Rejected", textOf(status, "reason"), { key });
        if (isLate) throw Object.assign(late("Acceptance", acceptTimeoutMs), { key });
        return sleep(job, WAIT_MS).then(look);
      });
  const looked = look();
  looked.then(end, end);
  return looked;
};
