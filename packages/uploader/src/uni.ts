/** Uploads a uni-app project's files straight to COS, on every platform that the project is compiled for. */

import type { Uploader, UploaderOptions } from "./core/options";
import { uploaderOn } from "./core/uploader";
import { withAlipay } from "./wx-like/with-alipay";
import { withBlobs } from "./wx-like/with-blobs";
import { wxLike } from "./wx-like/wx-like";

export * from "./core/index";

/** Makes an uploader for a uni-app project. All its uploads count towards its `maxTransfers`. */
export function createUploader(options: UploaderOptions): Uploader {
  return uploaderOn(withAlipay(withBlobs(wxLike(() => uni))), options);
}
