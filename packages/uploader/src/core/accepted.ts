import { failure, late } from "./errors";
import type { Job } from "./job";
import { sleep } from "./job";
import type { Uploaded } from "./options";
import { persistently } from "./retry";
import type { Settings } from "./service";
import { askService } from "./service";
import { jsonOf } from "./service-answer";
import { textOf } from "./values";

/** Between two questions, in milliseconds. */
const WAIT_MS = 1000;

/**
 * Waits until the service has accepted a stored file.
 *
 * @throws {UploadError} `Rejected`, whose message is the reason's code, or `Timeout`; each with the file's key
 */
export function accepted<F>(job: Job, file: Uploaded<F>, settings: Settings<F>): Promise<Uploaded<F>> {
  const { key } = file;
  const { acceptTimeoutMs } = settings;
  const deadline = Date.now() + acceptTimeoutMs;
  const ask = () => askService(job, settings, "upload-status", `?key=${encodeURIComponent(key)}`);
  const look = (): Promise<Uploaded<F>> =>
    persistently(job, settings, ask)
      .then(jsonOf, (error) => {
        // It may wait to be checked where nobody sees it.
        if (error.code !== "ObjectNotFound") throw error;
      })
      .then((status) => {
        const state = textOf(status, "state");
        if (state === "accepted") return file;
        if (state === "rejected") throw failure("service", "Rejected", textOf(status, "reason"), { key });
        if (Date.now() > deadline) throw Object.assign(late("Acceptance", acceptTimeoutMs), { key });
        return sleep(job, WAIT_MS).then(look);
      });
  return look();
}
