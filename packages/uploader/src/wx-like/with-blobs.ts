import type { Local, Platform } from "../core/platform";
import { webPlatform } from "../web/web-platform";
import { localOf } from "./local";

/**
 * Adds support for running in a browser to a platform. There, its paths are `blob:` addresses, and only the browser can
 * read the files.
 */
export function withBlobs(platform: Platform<string>): Platform<string> {
  const [local, ofWeb] = [localOf(platform), localOf(webPlatform)];
  return Object.assign({}, platform, {
    info(path, told) {
      const whole = blobAt(path);
      if (!whole) return platform.info(path, told);
      whole.then(({ size }) => told.success({ size }), told.fail);
    },
    local: Object.assign({}, local, {
      read(path, range) {
        const whole = blobAt(path);
        if (!whole) return local.read(path, range);
        return (told) => {
          whole.then((blob) => {
            const begin = ofWeb.read(blob, range);
            if (begin) begin(told);
          }, told.fail);
        };
      },
    } satisfies Partial<Local<string>>),
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
