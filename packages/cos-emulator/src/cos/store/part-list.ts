import { createHash } from "node:crypto";
import { CosError, invalidArgument } from "../http/errors.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";
import type { StoredPart } from "./stored-upload.ts";

/** A part as CompleteMultipartUpload names it. */
export interface NamedPart {
  readonly partNumber: number;
  /** Without its quotes. */
  readonly etag: string;
}

export const MAX_PART_NUMBER = 10_000;

/** Every part but the last must have at least this many bytes (436/7750). */
const MIN_PART_BYTES = 1024 ** 2;

const LISTS: ReadonlySet<string> = new Set(["CompleteMultipartUpload.Part"]);

/**
 * Reads the body of Complete Multipart Upload (https://cloud.tencent.com/document/product/436/7742). We could not find
 * out what COS answers to an empty list; the same API for rapid buckets has InvalidArgument (436/139736).
 *
 * @throws {CosError} MalformedXML, InvalidArgument
 */
export function parsePartList(text: string): NamedPart[] {
  const parts = xmlField(parseXml(text, "CompleteMultipartUpload", LISTS), "Part");
  if (!Array.isArray(parts)) {
    throw invalidArgument("the list of parts is empty");
  }
  return parts.map((part: unknown) => {
    const partNumber = xmlField(part, "PartNumber");
    const etag = xmlField(part, "ETag");
    if (typeof partNumber !== "string" || !/^\d{1,5}$/.test(partNumber) || typeof etag !== "string") {
      throw malformedXml("a Part needs one PartNumber and one ETag");
    }
    return { partNumber: Number(partNumber), etag: etag.replace(/^"(.*)"$/, "$1") };
  });
}

/**
 * The parts to make an object from: as named, in ascending order, without a gap, each with the ETag of the uploaded
 * part, and none but the last too small (436/7742). We take "not continuous" to mean that the list must also begin with
 * 1.
 *
 * @param there the uploaded parts
 * @throws {CosError} InvalidPartOrder, InvalidPart, EntityTooSmall, checked in this order
 */
export function chooseParts(there: readonly StoredPart[], named: readonly NamedPart[]): StoredPart[] {
  const unordered = named.find(({ partNumber }, i) => partNumber <= (named[i - 1]?.partNumber ?? 0));
  if (unordered !== undefined) {
    throw new CosError("InvalidPartOrder", "The list of parts was not in ascending order.", {
      reason: `part ${unordered.partNumber} is not after the one before it`,
    });
  }
  const byNumber = new Map(there.map((part) => [part.partNumber, part]));
  const chosen = named.map(({ partNumber, etag }, i) => {
    const part = byNumber.get(partNumber);
    if (part === undefined) throw invalidPart(`part ${partNumber} was not uploaded`);
    if (part.md5 !== etag) throw invalidPart(`part ${partNumber} has a different ETag, "${part.md5}"`);
    if (partNumber !== i + 1) throw invalidPart(`part ${i + 1} is missing from the list`);
    return part;
  });
  const small = chosen.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES);
  if (small !== undefined) {
    throw new CosError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size.", {
      cause: { kind: "part-too-small", part: small.partNumber, size: small.size, min: MIN_PART_BYTES },
    });
  }
  return chosen;
}

function invalidPart(reason: string): CosError {
  return new CosError("InvalidPart", "One or more of the specified parts could not be found.", { reason });
}

/** The ETag of an object made of these parts: the MD5 of their MD5s' bytes, and their number. */
export function etagOfParts(parts: readonly StoredPart[]): string {
  const hash = createHash("md5");
  for (const { md5 } of parts) hash.update(md5, "hex");
  return `${hash.digest("hex")}-${parts.length}`;
}
