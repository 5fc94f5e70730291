import { createHash } from "node:crypto";
import { CosError } from "./errors.ts";

/**
 * Reads Content-MD5, the base64 of the 16 bytes, as lower-case hex; undefined when none was sent.
 *
 * @throws {CosError} InvalidDigest when it is not the base64 of 16 bytes
 */
export function readContentMd5(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const bytes = Buffer.from(value, "base64");
  if (bytes.length !== 16 || bytes.toString("base64") !== value) {
    throw new CosError("InvalidDigest", "The Content-MD5 you specified is not valid.", {
      reason: "Content-MD5 must be the base64 of the MD5's 16 bytes",
    });
  }
  return bytes.toString("hex");
}

/** @throws {CosError} BadDigest when the received bytes do not have the announced MD5 */
export function checkContentMd5(announced: string | undefined, received: string): void {
  if (announced === undefined || announced === received) return;
  throw new CosError("BadDigest", "The Content-MD5 you specified did not match what we received.", {
    cause: { kind: "md5-differs", announced, received },
  });
}

/** Lower-case hex. */
export function md5Hex(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
