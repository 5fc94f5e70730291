import { Readable } from "node:stream";
import type { CosRequest } from "./request.ts";

/**
 * The bytes that a request brings. A body in chunks may turn out to be too large on the way; its connection, on which
 * the answer goes, then outlives it.
 */
export function bodyOf({ body, contentLength }: CosRequest): Readable {
  if (contentLength !== undefined) return body;
  return Readable.from(body.iterator({ destroyOnReturn: false }), { objectMode: false });
}
