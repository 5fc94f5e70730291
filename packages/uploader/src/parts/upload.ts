import { addressOf } from "../core/endpoint";
import { cancelled, isUploadError } from "../core/errors";
import type { Job } from "../core/job";
import { endJob, newJob, noop } from "../core/job";
import type { About, PauseSignal, Rest, Settings, Uploaded } from "../core/options";
import { createPlaces } from "../core/places";
import type { FileInfo, Told } from "../core/platform";
import { progressOf } from "../core/progress";
import type { Answer } from "../core/service-answer";
import { askFile, askService, failure, persistently, uploadWhole } from "../core/shared";
import { PARTS_FROM } from "../core/upload";
import { fieldOf } from "../core/values";
import { localOf } from "../wx-like/local";
import type { Begun } from "./answer";
import { readBegun, readLeft, readPage } from "./answer";
import type { Parts } from "./part";
import { lengthOf, sendPart } from "./part";
import { findKept, forget, forgetEnded, keep, mayBeKept } from "./resume";

/** A file that is being uploaded in parts. */
interface Large<F> {
  readonly job: Job;
  readonly file: F;
  /** In bytes. */
  readonly size: number;
  /** The request with which the function starts the upload. */
  readonly body: object;
  readonly pause: PauseSignal | undefined;
  readonly settings: Settings<F>;
  readonly report: (fraction: number) => void;
  /** The keys of uploads that can no longer continue. */
  readonly ended: string[];
}

/** The codes for an upload that cannot continue, but can start again. */
const GONE = /^(NoSuchUpload|UploadNotFound|TicketExpired|TicketInvalid)$/;

/** How many times to start an upload, or to complete it. If it fails again after that, repeating does not help. */
const ROUNDS = 3;

/** How long joining the parts may take, in milliseconds: WeChat's own default for a request. */
const JOINING_MS = 60_000;
const JOINING_TRIES = 4;

/** The default of `partsAtOnce`. */
const AT_ONCE = 4;
const MOST_AT_ONCE = 5;

/**
 * For `createUploader({ …, parts })`: uploads large files in parts, several at a time, and retries each part on its own. An
 * interrupted upload continues where it stopped, even if the app was closed in between.
 */
export function parts<F>(settings: Settings<F>) {
  const { options, places, platform } = settings;
  const { endpoint } = options;
  const wanted = parseFloat(String(options.partsFrom));
  const partsFrom = wanted >= 0 ? Math.max(wanted, 1) : PARTS_FROM;
  forgetEnded(settings);
  let isDeployed = addressOf(endpoint, "multipart") !== undefined;
  return (job: Job, file: F, about: About): Rest<F> | undefined => {
    const { size = 0, pause } = about;
    // In plain JavaScript, it is easily the pauser itself.
    if (pause && typeof pause.onChange !== "function")
      throw failure("InvalidOption", "Give pause the signal of createPauser().");
    const isLarge = size >= partsFrom && !about.method && !about.md5;
    if (!isLarge || !isDeployed || !localOf(platform).read(file, { position: 0, length: 1 }))
      return undefined;
    return () =>
      uploadInParts(job, file, about, size, settings).catch((error) => {
        if (error.status !== 404 || isGone(error)) throw error;
        isDeployed = false;
        return places.inTurn(() => uploadWhole(job, file, about, settings));
      });
  };
}

function uploadInParts<F>(
  job: Job,
  file: F,
  about: About,
  size: number,
  settings: Settings<F>,
): Promise<Uploaded<F>> {
  const { ext = "", type, rule, name, pause } = about;
  const meta = given(about.meta);
  const body = Object.assign(
    { ext, size },
    given({ type, rule, name }),
    Object.keys(meta).length > 0 ? { meta } : {},
  );
  const report = progressOf(job, size, about, settings);
  const large: Large<F> = { job, file, size, body, pause, settings, report, ended: [] };
  report(0);
  return inRounds(isGone, (isFirst) =>
    (isFirst ? keptOrBegun(large) : begin(large)).then((parts) => sendWhole(large, parts)),
  );
}

/** The values that are given, as texts, since a query of a signing function has them so. */
function given(values: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  const texts: Record<string, string> = {};
  Object.keys(values || {}).forEach((name) => {
    const value = fieldOf(values, name);
    if (value || value === 0) texts[name] = String(value);
  });
  return texts;
}

function sendWhole<F>(large: Large<F>, parts: Parts): Promise<Uploaded<F>> {
  const { job, file, size, report } = large;
  const { key, ticket } = parts;
  return inRounds(isIncomplete, (isFirst) =>
    (isFirst ? Promise.resolve(parts) : look(large, parts))
      .then((parts) => sendAll(large, parts))
      .then(() => complete(large, ticket)),
  ).then(
    () => {
      end(large, key);
      report(1);
      return { filePath: file, key, size };
    },
    (error) => {
      if (isGone(error) || job.over) end(large, key);
      // The parts of a cancelled upload cost money until they are deleted.
      if (job.over) ask(large, newJob(), "/abort", { ticket }).then(noop, noop);
      throw error;
    },
  );
}

function end<F>({ settings, ended }: Large<F>, key: string): void {
  ended.push(key);
  forget(settings, key);
}

/** Continues an upload that was interrupted, or starts a new one. */
function keptOrBegun<F>(large: Large<F>): Promise<Parts> {
  const { settings, size } = large;
  if (!mayBeKept(settings, size)) return begin(large);
  return identity(large).then((file) => {
    const kept = file && findKept(settings, { file, as: asOf(large) });
    if (!kept) return begin(large);
    return look(large, kept).catch((error): never => {
      if (isGone(error)) end(large, kept.key);
      throw error;
    });
  });
}

function begin<F>(large: Large<F>): Promise<Parts> {
  const { job, size, settings, ended } = large;
  return ask(large, job, "", large.body).then((answer) => {
    const begun = readBegun(answer, size);
    // The digest is computed while the first parts are being sent.
    identity(large).then((file) => {
      if (file && ended.indexOf(begun.key) < 0)
        keep(settings, Object.assign({ file, as: asOf(large) }, begun));
    }, noop);
    return partsOf(large, begun, numbersOf(begun, size), answer);
  });
}

/** Asks which parts of an upload COS already has. */
function look<F>(large: Large<F>, { key, ticket, partSize, ends }: Begun): Promise<Parts> {
  const { job, size } = large;
  return ask(large, job, "/parts", { ticket, resume: true }).then((answer) => {
    const left = readLeft(answer);
    const parts = partsOf(large, { key, ticket, partSize, ends }, left, answer);
    numbersOf(parts, size).forEach((number) => {
      parts.sent[number] = lengthOf(parts, number);
    });
    left.forEach((number) => {
      parts.sent[number] = 0;
    });
    tell(large, parts);
    return parts;
  });
}

function partsOf<F>({ size }: Large<F>, begun: Begun, left: number[], answer: Answer): Parts {
  return Object.assign({ size, left, under: [], page: readPage(answer), sent: {} }, begun);
}

/** Sends all parts that are left, several at a time. While the upload is paused, it sends none. */
function sendAll<F>(large: Large<F>, parts: Parts): Promise<void> {
  const { job, file, pause, settings } = large;
  if (job.over) return Promise.reject(cancelled());
  if (pause?.paused) return resumed(job, pause).then(() => sendAll(large, parts));
  const { partsAtOnce = AT_ONCE } = settings.options;
  const atOnce = Math.max(1, Math.min(Math.floor(partsAtOnce) || 1, MOST_AT_ONCE));
  const gate = createPlaces(atOnce);
  const sending: Record<number, Job> = {};
  let failed: unknown;
  let isOver = false;
  const end = () => {
    isOver = true;
    Object.keys(sending).forEach((number) => {
      endJob(sending[Number(number)] || job);
    });
  };
  const work = (): Promise<void> => {
    const number = isOver ? undefined : parts.left.shift();
    if (number === undefined) return Promise.resolve();
    const part = newJob();
    sending[number] = part;
    parts.under.push(number);
    const leave = () => {
      delete sending[number];
      parts.under = parts.under.filter((other) => other !== number);
    };
    return persistently(part, settings, () =>
      gate.inTurn(() =>
        settings.places.inTurn(() => sendPart(part, file, parts, number, settings, () => tell(large, parts))),
      ),
    ).then(
      () => {
        leave();
        return work();
      },
      (error) => {
        leave();
        parts.left.unshift(number);
        // One failure ends the other parts, which then fail as cancelled.
        if (!isOver) failed = error;
        end();
      },
    );
  };
  job.stop = end;
  const stopListening = pause ? pause.onChange(end) : noop;
  // There are twice as many workers as may send at once: while one waits for its next try, another can send.
  const workers: Promise<void>[] = [];
  while (workers.length < 2 * atOnce) workers.push(work());
  return Promise.all(workers).then(() => {
    stopListening();
    if (failed) throw failed;
    return parts.left.length > 0 ? sendAll(large, parts) : undefined;
  });
}

function resumed(job: Job, pause: PauseSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = pause.onChange(() => job.stop());
    job.stop = () => {
      if (pause.paused && !job.over) return;
      stop();
      resolve();
    };
  });
}

/**
 * COS needs time to join many parts. If the answer is lost, the request is repeated. Until COS has finished, it then finds
 * neither the upload nor the file, so that error is retried too.
 */
function complete<F>({ job, settings }: Large<F>, ticket: string): Promise<Answer> {
  const { maxAttempts, backoffMs } = settings;
  let isLost = false;
  return persistently(job, { maxAttempts: maxAttempts + JOINING_TRIES, backoffMs }, () =>
    settings.places
      .inTurn(() => askService(job, settings, "multipart", "/complete", { ticket }, JOINING_MS))
      .catch((error) => {
        if (isLost && isGone(error)) throw Object.assign(error, { retryable: true });
        isLost = true;
        throw error;
      }),
  );
}

/** Calls the function, with retries. The call counts as one of the transfers. */
function ask<F>({ settings }: Large<F>, job: Job, path: string, body: object): Promise<Answer> {
  return persistently(job, settings, () =>
    settings.places.inTurn(() => askService(job, settings, "multipart", path, body)),
  );
}

/** What distinguishes the file from others, also after a restart; empty if there is nothing. */
function identity<F>({ file, size, settings }: Large<F>): Promise<string> {
  const local = localOf(settings.platform);
  const known = local.fingerprint?.(file);
  if (known) return Promise.resolve(`${size} ${known}`);
  // The upload does other work at the same time, so this has its own job: a job waits for one thing at a time.
  return askFile(newJob(), settings, (told: Told<FileInfo>) => local.digest(file, told)).then(
    ({ digest }) => (digest ? `${size} ${digest}` : ""),
    () => "",
  );
}

/** What must be the same for an upload to continue. */
function asOf<F>({ body, settings }: Large<F>): string {
  return JSON.stringify([body, settings.options.endpoint]);
}

function tell<F>({ report, size }: Large<F>, { sent }: Parts): void {
  const bytes = Object.keys(sent).reduce((sum, number) => sum + (sent[Number(number)] || 0), 0);
  // It reaches 1 only when COS has joined the parts.
  report(Math.min(bytes / size, 0.999));
}

function numbersOf({ partSize }: Begun, size: number): number[] {
  const numbers: number[] = [];
  while (numbers.length * partSize < size) numbers.push(numbers.length + 1);
  return numbers;
}

/** Repeats the work after errors against which that helps. */
function inRounds<T>(
  helps: (error: unknown) => boolean,
  work: (isFirst: boolean) => Promise<T>,
  round = 1,
): Promise<T> {
  return work(round === 1).catch((error) => {
    if (!helps(error) || round >= ROUNDS) throw error;
    return inRounds(helps, work, round + 1);
  });
}

function isGone(error: unknown): boolean {
  return isUploadError(error) && GONE.test(error.code);
}

function isIncomplete(error: unknown): boolean {
  return isUploadError(error) && error.code === "UploadIncomplete";
}
