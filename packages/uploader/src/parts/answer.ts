import { invalidAnswer } from "../core/errors";
import type { Answer } from "../core/service-answer";
import { jsonOf } from "../core/service-answer";
import { fieldOf, isTexts, textOf } from "../core/values";

/** The signed request for one part. */
export interface SignedPart {
  readonly url: string;
  readonly header: Record<string, string>;
  /** When to ask for a new signature, by this phone's clock in milliseconds. */
  readonly until: number;
}

/** Signed parts by their numbers, from 1. */
export type Page = Record<number, SignedPart | undefined>;

/** An upload in parts that has been started. */
export interface Begun {
  readonly key: string;
  readonly ticket: string;
  /** In bytes. */
  readonly partSize: number;
  /** When the ticket ends, by this phone's clock in milliseconds; undefined if the function does not say. */
  readonly ends?: number | undefined;
}

/** A signature is used only in this first fraction of its life. The rest is for sending the part. */
const USED = 0.7;

/**
 * Reads signed parts. A phone's clock may be wrong, but it runs at the right speed, so a signature's life is counted from
 * the arrival of the answer.
 *
 * @throws {UploadError} `AnswerInvalid`
 */
export function readPage(answer: Answer): Page {
  const data = jsonOf(answer);
  const parts = fieldOf(data, "parts");
  const life = Number(fieldOf(data, "expiresAt")) - Number(fieldOf(data, "serverTime"));
  if (!Array.isArray(parts) || !(life > 0)) throw invalid();
  const until = Date.now() + life * 1000 * USED;
  const page: Page = {};
  parts.forEach((part: unknown) => {
    const [number, url, header] = [
      Number(fieldOf(part, "number")),
      textOf(part, "url"),
      fieldOf(part, "headers"),
    ];
    if (!(number >= 1) || !url || !isTexts(header)) throw invalid();
    page[number] = { url, header, until };
  });
  return page;
}

/** The most parts that COS joins (https://cloud.tencent.com/document/product/436/7750). */
const MOST_PARTS = 10_000;

/**
 * @param size the file's, in bytes: a mistaken answer could otherwise cut it into more parts than a phone can count
 * @throws {UploadError} `AnswerInvalid`
 */
export function readBegun(answer: Answer, size: number): Begun {
  const data = jsonOf(answer);
  const life = Number(fieldOf(data, "ticketEnds")) - Number(fieldOf(data, "serverTime"));
  const ends = life > 0 ? Date.now() + life * 1000 : undefined;
  const [key, ticket, partSize] = [
    // If the file must pass a check first, this is its key after that.
    textOf(data, "acceptedKey") || textOf(data, "key"),
    textOf(data, "ticket"),
    Number(fieldOf(data, "partSize")),
  ];
  if (key && ticket && partSize >= 1 && partSize * MOST_PARTS >= size) return { key, ticket, partSize, ends };
  throw invalid();
}

/** Reads which parts of a resumed upload are still missing. @throws {UploadError} `AnswerInvalid` */
export function readLeft(answer: Answer): number[] {
  const missing = fieldOf(jsonOf(answer), "missing");
  if (Array.isArray(missing) && missing.every((number) => number >= 1)) return missing.map(Number);
  throw invalid();
}

function invalid() {
  return invalidAnswer("the function multipart");
}
