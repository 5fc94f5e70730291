/**
 * Uploads a Mini Program's files straight to COS, with signatures from the function post-policy. It has no dependencies
 * and keeps no secrets.
 */

import type { Uploader, UploaderOptions } from "./core/options";
import { uploaderOn } from "./core/uploader";
import { wxLike } from "./wx-like/wx-like";

export * from "./core/index";

/** Makes an uploader for a WeChat Mini Program. All its uploads count towards its `maxTransfers`. */
export function createUploader(options: UploaderOptions): Uploader {
  return uploaderOn(
    wxLike(() => wx),
    options,
  );
}
