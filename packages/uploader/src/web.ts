/** Uploads a page's files straight to COS. The bucket's CORS rules and CORS_ORIGINS must name the page's origin. */

import type { Uploader, UploaderOptions } from "./core/options";
import { uploaderOn } from "./core/uploader";
import { webPlatform } from "./web/web-platform";

export * from "./core/index";
/** What {@link createUploader} works on, for who sends requests in another way, with `uploaderOn`. */
export { webPlatform } from "./web/web-platform";

/** Makes an uploader of a web page. Every upload of one uploader counts towards its `maxTransfers`. */
export function createUploader(options: UploaderOptions): Uploader<Blob> {
  return uploaderOn(webPlatform, options);
}
