import type { Pair } from "../../http/query.ts";

/** The parameter's name says how to process: `?imageMogr2/thumbnail/100x`. */
const TO_IMAGE = /^(imageMogr2|imageView2|imageSlim|watermark|style)(\/|$)/i;
const TO_DATA = /^(imageInfo|imageAve|exif|qrcode)(\/|$)/i;

/** Whether a parameter asks for data processing (https://cloud.tencent.com/document/product/460). */
export function isProcessing([name]: Pair): boolean {
  return name === "ci-process" || TO_IMAGE.test(name) || TO_DATA.test(name);
}

/** Whether the result is an image, which the original can stand in for; `ci-process=snapshot` is a video's frame. */
export function yieldsImage([name, value]: Pair): boolean {
  return name === "ci-process" ? value === "snapshot" : TO_IMAGE.test(name);
}

/** The header of an answer that is not processed; COS has no such header. */
export const NOT_PROCESSED = {
  "x-emulator-note": "image processing is not emulated; this is the original",
} as const;
