import { readText } from "../http/read-text.ts";
import type { CosRequest } from "../http/request.ts";

/** Far above any bucket's configuration. */
const MAX_CONFIGURATION_BYTES = 256 * 1024;

/**
 * The body of a request that configures the bucket.
 *
 * @throws {CosError} XMLSizeLimit, InvalidDigest, BadDigest
 */
export function readConfiguration(request: CosRequest, maxBytes = MAX_CONFIGURATION_BYTES): Promise<string> {
  return readText(request, maxBytes);
}
