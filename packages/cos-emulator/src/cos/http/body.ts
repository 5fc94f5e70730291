import { Readable } from "node:stream";
import type { CosRequest } from "./request.ts";
import { paced, rateOf } from "./traffic-limit.ts";

/**
 * The body of a request, no faster than its x-cos-traffic-limit. A body in chunks may turn out to be too large while
 * it arrives; its connection then stays open for the answer.
 *
 * @throws {CosError} InvalidArgument for the traffic limit
 */
export function bodyOf(request: CosRequest): Readable {
  const rate = rateOf(request);
  if (request.contentLength !== undefined && rate === undefined) return request.body;
  return Readable.from(paced(request.body, { rate, endsSource: false }), { objectMode: false });
}
