import { elementsOf, textOf } from "../../cos/xml.ts";
import type { Invocation } from "../../entry/invocation.ts";
import { type ServiceError, storageUnavailable } from "../../errors.ts";
import { MAX_PARTS, partsOf } from "../../object/limits.ts";
import type { Credential } from "../../sts/credential.ts";
import type { MultipartService } from "./service.ts";
import type { Begun } from "./ticket.ts";

/** A part that COS has. */
export interface StoredPart {
  readonly number: number;
  readonly etag: string;
  /** In bytes. */
  readonly size: number;
}

/** The most that List Parts gives at once (https://cloud.tencent.com/document/product/436/7747). */
const MAX_LISTED = 1000;

/** A listing of a thousand parts has 200 KB. */
const MAX_LISTING_BYTES = 1024 ** 2;

/**
 * Every part that COS has, by List Parts; undefined when it does not know the upload, since that was completed or
 * aborted.
 *
 * @throws ServiceError when COS fails
 */
export async function listParts(
  { key, uploadId }: Begun,
  { cos }: MultipartService,
  credential: Credential,
  invocation: Invocation,
): Promise<readonly StoredPart[] | undefined> {
  const parts: StoredPart[] = [];
  for (let marker = "0"; ; ) {
    const answer = await cos.call(
      {
        method: "GET",
        key,
        query: { uploadId, "max-parts": String(MAX_LISTED), "part-number-marker": marker },
        accept: [404],
        maxAnswerBytes: MAX_LISTING_BYTES,
      },
      credential,
      invocation,
    );
    if (answer.status === 404) return undefined;
    const xml = answer.body.toString("utf8");
    parts.push(...elementsOf(xml, "Part").map(readPart));
    const next = textOf(xml, "NextPartNumberMarker");
    if (textOf(xml, "IsTruncated") !== "true") return parts;
    // A listing that does not advance, or goes on after the last number that a part may have, would never end.
    if (!(Number(next) > Number(marker) && Number(next) <= MAX_PARTS)) throw malformed();
    marker = next;
  }
}

/** The numbers of the parts of the file that are not stored, or not in their size. */
export function missingParts({ size, partSize }: Begun, stored: readonly StoredPart[]): readonly number[] {
  const { count, sizeOf } = partsOf(size, partSize);
  const whole = new Set(
    stored.filter((part) => part.size === sizeOf(part.number)).map(({ number }) => number),
  );
  return Array.from({ length: count }, (_, index) => index + 1).filter((number) => !whole.has(number));
}

function readPart(xml: string): StoredPart {
  const etag = textOf(xml, "ETag");
  if (etag === "") throw malformed();
  return { number: numberOf(xml, "PartNumber"), etag, size: numberOf(xml, "Size") };
}

function numberOf(xml: string, name: string): number {
  const digits = textOf(xml, name);
  if (!/^\d{1,15}$/.test(digits)) throw malformed();
  return Number(digits);
}

function malformed(): ServiceError {
  return storageUnavailable("Storage failed; try again in a moment.", {
    log: { cosError: "MALFORMED_LISTING" },
  });
}
