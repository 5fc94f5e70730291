/** Uploads a web page's files straight to COS. The bucket's CORS rules and CORS_ORIGINS must name the page's origin. */

import type { Uploader, UploaderOptions } from "./core/options";
import { uploaderOn } from "./core/uploader";
import { webPlatform } from "./web/web-platform";

export * from "./core/index";
/** The platform of {@link createUploader}. To send requests in another way, adapt it and pass it to `uploaderOn`. */
export { webPlatform } from "./web/web-platform";

/** Makes an uploader for a web page. All its uploads count towards its `maxTransfers`. */
export function createUploader(options: UploaderOptions): Uploader<Blob> {
  return uploaderOn(webPlatform, options);
}
