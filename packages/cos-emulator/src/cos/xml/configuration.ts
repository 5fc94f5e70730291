import { text } from "node:stream/consumers";
import { checkLength } from "../http/content-length.ts";
import { checkContentMd5, md5Hex, readContentMd5 } from "../http/content-md5.ts";
import type { CosRequest } from "../http/request.ts";

/** Far above any bucket's configuration. */
const MAX_CONFIGURATION_BYTES = 256 * 1024;

/**
 * The body of a request that configures the bucket.
 *
 * @throws {CosError} MissingContentLength, EntityTooLarge, InvalidDigest, BadDigest
 */
export async function readConfiguration(request: CosRequest): Promise<string> {
  checkLength(request, MAX_CONFIGURATION_BYTES);
  const announcedMd5 = readContentMd5(request.headers.get("content-md5"));
  const body = await text(request.body);
  checkContentMd5(announcedMd5, md5Hex(body));
  return body;
}
