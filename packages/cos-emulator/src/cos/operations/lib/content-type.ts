import { posix } from "node:path";
import { lookup } from "mrmime";

/**
 * The type of an object whose upload named none: that of its key's extension, as cos-nodejs-sdk-v5's own tests expect
 * of COS, or application/octet-stream.
 */
export function contentTypeOf(key: string): string {
  const extension = posix.extname(key);
  return (extension === "" ? undefined : lookup(extension)) ?? "application/octet-stream";
}
