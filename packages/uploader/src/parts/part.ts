import { cancelled } from "../core/errors";
import type { Job } from "../core/job";
import type { Settings } from "../core/options";
import { placed } from "../core/service-answer";
import { askService, call, checkStored, failure } from "../core/shared";
import { fieldOf } from "../core/values";
import { readFile } from "../reading";
import type { Begun, Page, SignedPart } from "./answer";
import { readPage } from "./answer";

/** An upload in parts, and how far it has come. */
export interface Parts extends Begun {
  /** Of the whole file, in bytes. */
  readonly size: number;
  /** The numbers of the parts that are not being sent yet, in order. */
  left: number[];
  /** The numbers of those that are being sent. */
  under: number[];
  /** What is signed. */
  readonly page: Page;
  /** While more are being signed. */
  signing?: Promise<unknown> | undefined;
  /** Of each part, the bytes that were sent. */
  sent: Record<number, number>;
}

/** The most parts that the function signs at once. */
const MAX_PAGE = 50;

/** In bytes. The last part is what is left. */
export function lengthOf({ partSize, size }: Pick<Parts, "partSize" | "size">, number: number): number {
  return Math.min(partSize, size - (number - 1) * partSize);
}

/**
 * Sends one part once. It is read only then, so only what is being sent is in memory.
 *
 * @param onSent called when `parts.sent` changed
 * @throws {UploadError}
 */
export function sendPart<F>(
  job: Job,
  file: F,
  parts: Parts,
  number: number,
  settings: Settings<F>,
  onSent: () => void,
): Promise<void> {
  const { platform, transferTimeoutMs: timeout, stallTimeoutMs } = settings;
  const length = lengthOf(parts, number);
  const range = { position: (number - 1) * parts.partSize, length };
  const sent = (bytes: number) => {
    parts.sent[number] = bytes;
    onSent();
  };
  return signed(job, parts, number, settings).then(({ url, header }) => {
    const ticket = { method: "PUT" as const, key: parts.key, url, header, formData: {} };
    return readFile(job, settings, file, range)
      .then((bytes) => {
        if (byteLengthOf(bytes) !== length)
          throw failure("client", "FileUnreadable", "The platform gave another length than the part's.");
        return call(job, platform, "COS's answer", timeout, [header], (told) =>
          platform.request({ method: "PUT", url, header, timeout }, bytes, told, (fraction) => {
            told.alive(stallTimeoutMs);
            sent(Math.min(fraction, 1) * length);
          }),
        );
      })
      .then((answer) => {
        checkStored(answer, ticket);
        sent(length);
      })
      .catch((error) => {
        sent(0);
        // The next try has another signature.
        parts.page[number] = undefined;
        throw placed(error, ticket);
      });
  });
}

/** The part's signature, which is asked for together with all that are missing and those of the parts that come next. */
function signed<F>(job: Job, parts: Parts, number: number, settings: Settings<F>): Promise<SignedPart> {
  const { page, under, left, ticket, signing } = parts;
  const isSigned = (other: number) => Number(page[other]?.until) > Date.now();
  const known = page[number];
  if (known && isSigned(number)) return Promise.resolve(known);
  const again = () => signed(job, parts, number, settings);
  // Whether that brought this one's, or failed, is seen then.
  if (job.over) return Promise.reject(cancelled());
  if (signing) return signing.then(again, again);
  const others = under.concat(left).filter((other) => other !== number && !isSigned(other));
  const numbers = [number].concat(others).slice(0, MAX_PAGE);
  const asked = askService(job, settings, "multipart", "/parts", { ticket, numbers }).then((answer) => {
    Object.assign(page, readPage(answer));
    const part = page[number];
    if (part) return part;
    throw failure("service", "AnswerInvalid", "The function did not sign the part that it was asked for.");
  });
  const done = () => {
    parts.signing = undefined;
  };
  parts.signing = asked.then(done, done);
  return asked;
}

/** Of what a platform sends: an ArrayBuffer, a Blob, or a text of ASCII. */
function byteLengthOf(bytes: unknown): number {
  return Number(
    typeof bytes === "string" ? bytes.length : fieldOf(bytes, "byteLength") || fieldOf(bytes, "size"),
  );
}
