import { CosError } from "./http/errors.ts";
import type { Reply } from "./http/reply.ts";
import type { CosRequest } from "./http/request.ts";

/** The header by which the emulated CDN says that it fetches a file for its own name. */
export const CDN_HEADER = "x-emulator-cdn";

/**
 * What a bucket that was made since 2024 answers to GET at the hosts that COS gives it, its website's and that of
 * global acceleration included: files to be saved, not shown, whatever the object or response-content-disposition say;
 * .apk and .ipa not at all (https://cloud.tencent.com/document/product/436/57456, whose copies differ on the status,
 * 400 or 403). People report it for signed links too, but not for HEAD, and not through the CDN. A disposition that
 * names the file to save stays, since the pages of COS's SDKs go on recommending it
 * (https://cloud.tencent.com/document/product/436/57420). Loopback stands for a domain of one's own.
 *
 * @throws {CosError} DownloadForbidden
 */
export function atDefaultHost(request: CosRequest, reply: Reply): Reply {
  if (request.method !== "GET" || reply.status >= 300 || request.headers.has(CDN_HEADER)) return reply;
  if (/\.(?:apk|ipa)$/i.test(request.key)) {
    if (typeof reply.body === "object") reply.body.destroy();
    throw new CosError(
      "DownloadForbidden",
      "The APK/IPA file is not allowed to be distributed in a public network using COS default domain, please use custom domain instead.",
      { reason: `${request.host} is the bucket's default host, which gives no .apk and .ipa files` },
    );
  }
  const given = reply.headers?.["content-disposition"] ?? "";
  return {
    ...reply,
    headers: {
      ...reply.headers,
      "content-disposition": /^\s*attachment\b/i.test(given) ? given : "attachment",
      "x-cos-force-download": "true",
    },
  };
}
