import type { Platform } from "../core/platform";
import { webPlatform } from "../web/web-platform";

/**
 * The same platform where it also runs in a browser: there its paths are `blob:` addresses, and nothing reads a file
 * but the browser.
 */
export function withBlobs(platform: Platform<string>): Platform<string> {
  return Object.assign({}, platform, {
    info(path, md5) {
      const whole = blobAt(path);
      if (!whole) return platform.info(path, md5);
      return ({ success, fail }) => {
        whole.then(({ size }) => success({ size, digest: undefined }), fail);
      };
    },
    read(path, range) {
      const whole = blobAt(path);
      if (!whole) return platform.read(path, range);
      return (told) => {
        whole.then((blob) => {
          const begin = webPlatform.read(blob, range);
          if (begin) begin(told);
        }, told.fail);
      };
    },
    request: (sending, body, told, onSent) =>
      (isBlob(body) ? webPlatform : platform).request(sending, body, told, onSent),
  } satisfies Partial<Platform<string>>);
}

function blobAt(path: string): Promise<Blob> | undefined {
  if (!/^blob:/.test(path) || typeof fetch !== "function") return undefined;
  return fetch(path).then((response) => response.blob());
}

function isBlob(body: unknown): boolean {
  return typeof Blob === "function" && body instanceof Blob;
}
