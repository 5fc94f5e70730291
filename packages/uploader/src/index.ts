/**
 * Uploads files of a Mini Program straight to COS, with what the function post-policy signs. It has no dependency and
 * keeps no secret.
 */

import type { Uploader, UploaderOptions } from "./core/options";
import { uploaderOn } from "./core/uploader";
import { wxLike } from "./wx-like/wx-like";

export * from "./core/index";

/** Makes an uploader of WeChat's Mini Programs. Every upload of one uploader counts towards its `maxTransfers`. */
export function createUploader(options: UploaderOptions): Uploader {
  return uploaderOn(
    wxLike(() => wx),
    options,
  );
}
