/** Uploads a uni-app project's files straight to COS, on every platform that the project is compiled for. */

import type { Uploader, UploaderOptions } from "./core/options";
import type { Platform } from "./core/platform";
import { uploaderOn } from "./core/uploader";
import { fieldOf } from "./core/values";
import { withAlipay, withFileType } from "./wx-like/with-alipay";
import { withBlobs } from "./wx-like/with-blobs";
import { withBytes } from "./wx-like/with-bytes";
import { withOthers } from "./wx-like/with-others";
import { wxLike } from "./wx-like/wx-like";

export * from "./core/index";

/** Makes an uploader for a uni-app project. All its uploads count towards its `maxTransfers`. */
export function createUploader(options: UploaderOptions): Uploader {
  const platform = withOthers(withAlipay(withBlobs(wxLike(() => withFileType(uni)))));
  return uploaderOn(withBytes(onUniWeb(platform)), options);
}

/** In a browser, uni-app gives the number of a timeout, 5, to every `request:fail` without a text. */
function onUniWeb(platform: Platform<string>): Platform<string> {
  return Object.assign({}, platform, {
    meaningOf(fail, otherwise) {
      const isVague = fieldOf(fail, "errCode") === 5 && fieldOf(fail, "errMsg") === "request:fail";
      return platform.meaningOf(isVague ? { errMsg: "request:fail" } : fail, otherwise);
    },
  } satisfies Partial<Platform<string>>);
}
