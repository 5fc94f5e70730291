import { fromBase64 } from "./base64.ts";

/** COS's hosts, headers, elements and SDKs. */
const SIGNS = /\.myqcloud\.com|\.tencentcos\.cn|tencent-cos|x-cos-|<TraceId>|qcloud|com\.tencent/i;

/** Whether a text shows that it is about COS. */
export function isAboutCos(text: string): boolean {
  return namesCos(text) || hasRequestIdOfCos(text);
}

/** Whether it has one of COS's names. Prefer {@link isAboutCos}, which also knows COS by its request id. */
export function namesCos(text: string): boolean {
  return SIGNS.test(text);
}

/** Whether it has a request id of COS's, which are base64 of `6501f2c3_12345678_1a2b_345678`. */
export function hasRequestIdOfCos(text: string): boolean {
  return [...text.matchAll(/\bN[\w+/]{23,}={0,2}/g)].some(([id]) =>
    /^[\da-f]{8}_[\da-f]+_/.test(fromBase64(id) ?? ""),
  );
}

/** Whether a host, with or without a port, is a bucket's or a region's at COS. */
export function isHostOfCos(host: string): boolean {
  return /\.(?:myqcloud\.com|tencentcos\.cn)(?::\d+)?$/.test(host);
}
