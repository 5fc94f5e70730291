import { CosError } from "./errors.ts";
import type { CosRequest } from "./request.ts";

/**
 * An upload must say its length; a body in chunks says none. Whether COS takes such a body was not found
 * (MissingContentLength, 411, is on its list), so it is refused.
 *
 * @throws {CosError} MissingContentLength, EntityTooLarge
 */
export function checkLength(request: CosRequest, maxBytes: number): void {
  if (request.contentLength === undefined) {
    throw new CosError("MissingContentLength", "You must provide the Content-Length HTTP header.", {
      reason: request.headers.has("transfer-encoding")
        ? "the body came in chunks, without a Content-Length"
        : "the request has no Content-Length",
    });
  }
  if (request.contentLength > maxBytes) throw tooLarge(maxBytes);
}

export function tooLarge(maxBytes: number): CosError {
  return new CosError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size.", {
    reason: `an upload may have ${maxBytes} bytes`,
  });
}
