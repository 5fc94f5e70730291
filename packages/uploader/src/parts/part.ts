import { cancelled } from "../core/errors";
import type { Job } from "../core/job";
import type { Settings } from "../core/options";
import type { Range } from "../core/platform";
import { placed } from "../core/service-answer";
import { askService, call, checkStored, failure } from "../core/shared";
import { fieldOf, invoke, isRecord } from "../core/values";
import { readFile } from "../reading";
import type { Begun, Page, SignedPart } from "./answer";
import { readPage } from "./answer";

/** An upload in parts, and how far it is. */
export interface Parts extends Begun {
  /** The size of the whole file, in bytes. */
  readonly size: number;
  /** The numbers of the parts that are not being sent yet, in order. */
  left: number[];
  /** The numbers of the parts that are being sent. */
  under: number[];
  /** The signed parts. */
  readonly page: Page;
  /** Set while more parts are being signed. */
  signing?: Promise<unknown> | undefined;
  /** How many bytes of each part have been sent. */
  sent: Record<number, number>;
}

/** The most parts that the function signs at once. */
const MAX_PAGE = 50;

/** The length of a part in bytes. The last part has what remains. */
export function lengthOf({ partSize, size }: Pick<Parts, "partSize" | "size">, number: number): number {
  return Math.min(partSize, size - (number - 1) * partSize);
}

/**
 * Sends one part, without retries. The part is read only now, so only parts that are being sent are in memory.
 *
 * @param onSent called when `parts.sent` has changed
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
  const range: Range = { position: (number - 1) * parts.partSize, length };
  const sent = (bytes: number) => {
    parts.sent[number] = bytes;
    onSent();
  };
  return signed(job, parts, number, settings).then(({ url, header }) => {
    const ticket = { method: "PUT" as const, key: parts.key, url, header, formData: {} };
    return readFile(job, settings, file, range)
      .then((read) => {
        const bytes = partOf(read, range, parts.size);
        if (byteLengthOf(bytes) !== length)
          throw failure("FileUnreadable", "The platform read a part of the wrong length.");
        return call(job, platform, "COS's answer", timeout, [header], (told) =>
          platform.request({ method: "PUT", url, header, timeout }, bytes, told, (fraction) => {
            // A part may fit into the buffers of the system, which then sends it without any progress.
            told.alive(fraction < 1 ? stallTimeoutMs : timeout);
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
        // The next try gets a new signature.
        parts.page[number] = undefined;
        throw placed(error, ticket);
      });
  });
}

/** The signed part. If it must be requested, the same request also gets the signatures that other parts lack. */
function signed<F>(job: Job, parts: Parts, number: number, settings: Settings<F>): Promise<SignedPart> {
  const { page, under, left, ticket, signing } = parts;
  const isSigned = (other: number) => Number(page[other]?.until) > Date.now();
  const known = page[number];
  if (known && isSigned(number)) return Promise.resolve(known);
  const again = () => signed(job, parts, number, settings);
  if (job.over) return Promise.reject(cancelled());
  // The request that is under way may bring this part's signature, or fail; `again` finds out.
  if (signing) return signing.then(again, again);
  const others = under.concat(left).filter((other) => other !== number && !isSigned(other));
  const numbers = [number].concat(others).slice(0, MAX_PAGE);
  const asked = askService(job, settings, "multipart", "/parts", { ticket, numbers }).then((answer) => {
    Object.assign(page, readPage(answer));
    const part = page[number];
    if (part) return part;
    throw failure("AnswerInvalid", "The function did not sign the requested part.", { kind: "service" });
  });
  const done = () => {
    parts.signing = undefined;
  };
  parts.signing = asked.then(done, done);
  return asked;
}

/** The part of what a platform read: some ignore the range, as WeChat does before version 2.10.0 of its base library. */
function partOf(read: string | object, { position, length }: Range, size: number): string | object {
  if (byteLengthOf(read) !== size || length === size) return read;
  const part = invoke(read, "slice", [position, position + length]);
  return isRecord(part) ? part : read;
}

/** The length of what a platform sends: an ArrayBuffer, a Blob, or a string of ASCII. */
function byteLengthOf(bytes: unknown): number {
  return Number(
    typeof bytes === "string" ? bytes.length : fieldOf(bytes, "byteLength") || fieldOf(bytes, "size"),
  );
}
