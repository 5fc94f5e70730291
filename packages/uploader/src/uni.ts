/** Uploads files of a uni-app project straight to COS, on every platform that it is compiled for. */

import type { Uploader, UploaderOptions } from "./core/options";
import { uploaderOn } from "./core/uploader";
import { withAlipay } from "./wx-like/with-alipay";
import { withBlobs } from "./wx-like/with-blobs";
import { wxLike } from "./wx-like/wx-like";

export * from "./core/index";

/** Makes an uploader of a uni-app project. Every upload of one uploader counts towards its `maxTransfers`. */
export function createUploader(options: UploaderOptions): Uploader {
  return uploaderOn(withAlipay(withBlobs(wxLike(() => uni))), options);
}
