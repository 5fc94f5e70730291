import { CosError } from "./errors.ts";
import type { CosRequest } from "./request.ts";

/**
 * Checks that an upload states its length, or comes in chunks, as cos-nodejs-sdk-v5 sends a stream. Chunks show their
 * length only at the end, so a policy's cos:content-length cannot check it.
 *
 * @throws {CosError} MissingContentLength, EntityTooLarge
 */
export function checkLength(request: CosRequest, maxBytes: number): void {
  if (request.contentLength === undefined) {
    if (request.headers.get("transfer-encoding")?.toLowerCase() === "chunked") return;
    throw new CosError("MissingContentLength", "You must provide the Content-Length HTTP header.", {
      reason: "the request has no Content-Length",
    });
  }
  if (request.contentLength > maxBytes) throw tooLarge(maxBytes);
}

export function tooLarge(maxBytes: number): CosError {
  return new CosError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size.", {
    cause: { kind: "upload-too-large", max: maxBytes },
  });
}
