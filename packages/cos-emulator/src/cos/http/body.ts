import { Readable } from "node:stream";
import type { CosRequest } from "./request.ts";
import { paced, rateOf } from "./traffic-limit.ts";

/**
 * The bytes that a request brings, not faster than its x-cos-traffic-limit. A body in chunks may turn out to be too
 * large on the way; its connection, on which the answer goes, then outlives it.
 *
 * @throws {CosError} InvalidArgument for the traffic limit
 */
export function bodyOf(request: CosRequest): Readable {
  const rate = rateOf(request);
  if (request.contentLength !== undefined && rate === undefined) return request.body;
  return Readable.from(paced(request.body, { rate, endsSource: false }), { objectMode: false });
}
