/** Uploads a uni-app project's files straight to COS, on every platform that the project is compiled for. */

import type { Uploader, UploaderOptions } from "./core/options";
import type { Platform } from "./core/platform";
import { uploaderOn } from "./core/uploader";
import { fieldOf, textOf } from "./core/values";
import { withAlipay, withFileType } from "./wx-like/with-alipay";
import { withBlobs } from "./wx-like/with-blobs";
import { withBytes } from "./wx-like/with-bytes";
import { withComplete } from "./wx-like/with-complete";
import { withOthers } from "./wx-like/with-others";
import { wxLike } from "./wx-like/wx-like";

export * from "./core/index";

/** Makes an uploader for a uni-app project. All its uploads count towards its `maxTransfers`. */
export function createUploader(options: UploaderOptions): Uploader {
  const platform = withOthers(withAlipay(withBlobs(wxLike(() => withComplete(withFileType(uni))))));
  return uploaderOn(withBytes(inUniWords(platform)), options);
}

/**
 * Understands uni-app's own words. In a browser, it gives the number of a timeout, 5, to every `request:fail` without a text.
 * In an app, it calls every lost connection `abort statusCode:-1`
 * (https://github.com/dcloudio/uni-app, packages/uni-app-plus/src/service/api/network/request.ts).
 */
function inUniWords(platform: Platform<string>): Platform<string> {
  return Object.assign({}, platform, {
    meaningOf(fail, otherwise) {
      const said = textOf(fail, "errMsg");
      const isVague = fieldOf(fail, "errCode") === 5 && said === "request:fail";
      const errMsg = said.replace(/abort statusCode:-?\d+/, "");
      if (!isVague && errMsg === said) return platform.meaningOf(fail, otherwise);
      return Object.assign({}, platform.meaningOf({ errMsg }, otherwise), { message: said });
    },
  } satisfies Partial<Platform<string>>);
}
