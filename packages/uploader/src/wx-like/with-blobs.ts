import type { Local, Platform } from "../core/platform";
import { checkReadable, kindOf } from "../web/file";
import { webPlatform } from "../web/web-platform";
import { localOf } from "./local";

/**
 * Adds support for running in a browser to a platform. There, its paths are `blob:` or `data:` addresses, which have no
 * extension, and only the browser can read the files.
 */
export function withBlobs(platform: Platform<string>): Platform<string> {
  const [local, ofWeb] = [localOf(platform), localOf(webPlatform)];
  return Object.assign({}, platform, {
    info(path, told) {
      const whole = blobAt(path);
      if (!whole) return platform.info(path, told);
      const look = (blob: Blob) =>
        kindOf(blob).then((ext) => told.success({ size: blob.size || undefined, ext }));
      whole.then(look, told.fail);
    },
    // A `data:` address may end in anything.
    nameOf: (path) => (isAddress(path) ? "" : platform.nameOf(path)),
    local: Object.assign({}, local, {
      read(path, range) {
        const whole = blobAt(path);
        if (!whole) return local.read(path, range);
        return (told) => {
          whole.then((blob) => {
            // Only the browser reports the progress of what it sends: `request` recognizes a Blob.
            const success = (read: unknown) =>
              told.success(read instanceof ArrayBuffer ? new Blob([read]) : read);
            const begin = ofWeb.read(blob, range);
            if (begin) begin({ success, fail: told.fail });
          }, told.fail);
        };
      },
    } satisfies Partial<Local<string>>),
    request: (sending, body, told, onSent) =>
      (isBlob(body) ? webPlatform : platform).request(sending, body, told, onSent),
    upload(sending, path, fields, { success, fail }, onSent) {
      const failed = (error: unknown) => {
        const whole = blobAt(path);
        if (!whole) return fail(error);
        const unreadable = () => fail(new Error(UNREADABLE));
        whole.then(checkReadable).then(() => fail(error), unreadable);
      };
      return platform.upload(sending, path, fields, { success, fail: failed }, onSent);
    },
  } satisfies Partial<Platform<string>>);
}

/** In the words that `meaningOf` reads. */
const UNREADABLE = "The browser cannot read the file: file not readable";

function isAddress(path: string): boolean {
  return /^(blob|data):/.test(path) && typeof fetch === "function";
}

function blobAt(path: string): Promise<Blob> | undefined {
  return isAddress(path) ? fetch(path).then((response) => response.blob()) : undefined;
}

function isBlob(body: unknown): boolean {
  return typeof Blob === "function" && body instanceof Blob;
}
