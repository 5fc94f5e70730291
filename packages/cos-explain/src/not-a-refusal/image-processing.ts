import type { Recognizer } from "./recognizer.ts";

/** What some of Cloud Infinite's numbers mean (https://cloud.tencent.com/document/product/460/8523). */
const NUMBERS: ReadonlyMap<string, string> = new Map([
  ["-105", "there is no style of this name"],
  ["-106", "the URL is not well formed"],
  ["-108", "the Referer is not allowed"],
  ["-110", "the image is blocked"],
  ["-154", "the original is protected and can be read only in a style"],
  ["-162", "the account has an unpaid bill"],
  ["-167", "the file is too large to be processed"],
  ["-441", "the file is not an image of a supported format"],
  ["-442", "the image has too many pixels"],
  ["-6101", "there is no such image"],
]);

/** Cloud Infinite gives its error as a number in a header. */
export const imageProcessing: Recognizer = (text) => {
  const [, number] = /^(?:< )?x-errno: ?(-\d{2,6})\b/im.exec(text) ?? [];
  if (number === undefined) return undefined;
  const meaning = NUMBERS.get(number);
  return {
    cause: "image-processing",
    sentence: `Image processing (CI) answered with the error ${number} (X-ErrNo)${meaning === undefined ? "" : `: ${meaning}`}.`,
  };
};
