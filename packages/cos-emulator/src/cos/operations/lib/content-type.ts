import { posix } from "node:path";
import { lookup } from "mrmime";

/**
 * What an object is when its upload did not say: the type of its key's extension, as cos-nodejs-sdk-v5's own tests
 * expect it of COS, or application/octet-stream.
 */
export function contentTypeOf(key: string): string {
  const extension = posix.extname(key);
  return (extension === "" ? undefined : lookup(extension)) ?? "application/octet-stream";
}
