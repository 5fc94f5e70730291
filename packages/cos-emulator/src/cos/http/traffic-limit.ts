import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { CosError } from "./errors.ts";
import type { CosRequest } from "./request.ts";

/** 100 KB/s and 100 MB/s, in bit/s (https://cloud.tencent.com/document/product/436/40140). */
const MIN_RATE = 819_200;
const MAX_RATE = 838_860_800;

/**
 * `x-cos-traffic-limit` in bit/s, from a header, a parameter or a form field.
 *
 * @throws {CosError} InvalidArgument
 */
export function readRate(limit: string | undefined): number | undefined {
  if (limit === undefined) return undefined;
  const rate = /^\d{1,10}$/.test(limit) ? Number(limit) : 0;
  if (rate >= MIN_RATE && rate <= MAX_RATE) return rate;
  throw new CosError("InvalidArgument", "The traffic limit you specified is not valid.", {
    reason: `x-cos-traffic-limit must be between ${MIN_RATE} and ${MAX_RATE} bit/s`,
  });
}

/** The rate from a request's header or, without one, from its query. @throws {CosError} InvalidArgument */
export function rateOf({ headers, query }: CosRequest): number | undefined {
  const name = "x-cos-traffic-limit";
  return readRate(headers.get(name) ?? query.get(name));
}

export interface PaceOptions {
  /** Bit/s; undefined for no limit. */
  readonly rate: number | undefined;
  /** Whether to destroy the source when reading stops. A request's must stay, since the answer uses its connection. */
  readonly endsSource: boolean;
}

/** The source's bytes, at this average rate since the beginning. */
export async function* paced(source: Readable, { rate, endsSource }: PaceOptions): AsyncGenerator<Buffer> {
  const started = performance.now();
  let bits = 0;
  for await (const chunk of source.iterator({ destroyOnReturn: endsSource })) {
    const bytes = Buffer.from(chunk);
    bits += bytes.length * 8;
    const early = rate === undefined ? 0 : (bits / rate) * 1000 - (performance.now() - started);
    if (early > 0) await sleep(early);
    yield bytes;
  }
}

/** An answer's body or a form's file, at a rate. */
export function atRate(source: Readable, rate: number | undefined, endsSource = true): Readable {
  if (rate === undefined) return source;
  return Readable.from(paced(source, { rate, endsSource }), { objectMode: false });
}
