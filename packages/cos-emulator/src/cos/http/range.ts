import { CosError } from "./errors.ts";

/** The first and the last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads a Range header with one range: `bytes=0-9`, `bytes=10-` or `bytes=-5`. Undefined means the whole object: there
 * is no header, or RFC 9110 §14.2 lets a server ignore it (other units, several ranges, wrong syntax). Its numbers
 * have no limit: programs ask for the rest of an object with the largest that they have.
 *
 * @param size the object's size in bytes
 * @throws {CosError} InvalidRange (416) when the range starts beyond the end
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,40})-(\d{0,40})$/i.exec(header ?? "");
  if (match === null) return undefined;
  const [, from = "", to = ""] = match;
  if (from === "" && to === "") return undefined;
  if (from === "") {
    const wanted = Number(to);
    if (wanted === 0 || size === 0) throw invalidRange(size);
    return { first: Math.max(0, size - wanted), last: size - 1 };
  }
  const first = Number(from);
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== "" && Number(to) < first) return undefined;
  if (first >= size) throw invalidRange(size);
  return { first, last };
}

/** `bytes 0-9/100` */
export function contentRange(range: ByteRange, size: number): string {
  return `bytes ${range.first}-${range.last}/${size}`;
}

function invalidRange(size: number): CosError {
  return new CosError("InvalidRange", "The requested range is not satisfiable", {
    reason: `the object has ${size} bytes`,
    headers: { "content-range": `bytes */${size}` },
  });
}
