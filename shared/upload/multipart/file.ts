import { invalidParameter } from "../../errors.ts";
import { readJsonBody } from "../../http/json-body.ts";
import type { HttpRequest } from "../../http/request.ts";
import type { Rules } from "../../object/rule.ts";
import { FILE_PARAMETERS, type FileToUpload, maxBytesInParts, readFile } from "../file.ts";

/** A file whose size is known: parts are signed for exactly so many bytes. */
export interface LargeFile extends FileToUpload {
  /** In bytes, at least 1. */
  readonly size: number;
}

/**
 * Reads `{"ext":"mp4","size":…}`, and `type`, `rule`, `name` and `meta` where they are given.
 *
 * @throws ServiceError 400, 413 or 415
 */
export function readLargeFile(request: HttpRequest, rules: Rules): LargeFile {
  const file = readFile(readJsonBody(request, FILE_PARAMETERS), rules, maxBytesInParts);
  const { size, md5 } = file.pinned;
  if (md5 !== undefined) {
    throw invalidParameter(
      "md5 cannot be enforced on an upload in parts; leave it out, or use put-sign or post-policy.",
    );
  }
  if (size === undefined || size === 0) {
    throw invalidParameter(
      "size must be the file's length in bytes, at least 1; an empty file has no parts.",
    );
  }
  return { ...file, size };
}
