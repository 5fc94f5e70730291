import { call, readFile } from "./call";
import { failure, isUploadError } from "./errors";
import type { Job } from "./job";
import { waitFor } from "./job";
import type { Begun, Page, SignedPart } from "./parts-answer";
import { readPage } from "./parts-answer";
import type { Settings } from "./service";
import { askService } from "./service";
import { placeOf } from "./service-answer";
import { accepted } from "./upload";
import { byteLengthOf } from "./values";

/** An upload in parts, and how far it has come. */
export interface Parts extends Begun {
  /** Of the whole file, in bytes. */
  readonly size: number;
  /** The numbers of the parts that nobody sends yet, in order. */
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
 * Sends one part once. Only then is it read, so that no more of the file is in memory than is on its way.
 *
 * @param onSent is told that `parts.sent` changed
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
    return readFile(job, platform, file, timeout, range)
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
        accepted(answer, ticket);
        sent(length);
      })
      .then(undefined, (error) => {
        sent(0);
        // The next try has another signature.
        parts.page[number] = undefined;
        throw isUploadError(error) ? Object.assign(error, placeOf(ticket)) : error;
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
  if (signing) return waitFor(job, () => signing).then(again, again);
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
