/** Uploads a Taro app's files straight to COS, on every platform that the app is compiled for. */

import Taro from "@tarojs/taro";
import type { Uploader, UploaderOptions } from "./core/options";
import { uploaderOn } from "./core/uploader";
import { withAlipay, withFileType } from "./wx-like/with-alipay";
import { withBlobs } from "./wx-like/with-blobs";
import { withBytes } from "./wx-like/with-bytes";
import { withComplete } from "./wx-like/with-complete";
import { withOthers } from "./wx-like/with-others";
import { withReactNative, withTaro } from "./wx-like/with-react-native";
import { wxLike } from "./wx-like/wx-like";

export * from "./core/index";

/** Makes an uploader for a Taro app. All its uploads count towards its `maxTransfers`. */
export function createUploader(options: UploaderOptions): Uploader {
  const platform = wxLike(() => withComplete(withTaro(withFileType(Taro))));
  return uploaderOn(withBytes(withReactNative(withOthers(withAlipay(withBlobs(platform))))), options);
}
