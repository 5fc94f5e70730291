import { CosError } from "../../http/errors.ts";

/** https://cloud.tencent.com/document/product/436/13324 */
export const MAX_KEY_BYTES = 850;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/;

/**
 * Checks an object key by the naming rules (https://cloud.tencent.com/document/product/436/13324): at most 850 bytes
 * of UTF-8, no backslash in front, no line breaks, none of the control characters 24 to 27. The other
 * control characters are not mentioned there and are refused as well. `..` is two dots and nothing more: keys are
 * names, not paths. A slash in front is said to be forbidden there, and taken by COS: cos-nodejs-sdk-v5's own tests put
 * such keys. Those tests also say that COS takes a path of nothing but slashes and single dots for the bucket's own, so
 * that no such object is ever put or read; with which error was not found.
 *
 * @throws {CosError} InvalidURI
 */
export function checkObjectKey(key: string): void {
  const flaw = keyFlaw(key);
  if (flaw !== undefined) {
    throw new CosError("InvalidURI", "Couldn't parse the specified URI.", {
      reason: `the object key ${flaw}`,
    });
  }
}

function keyFlaw(key: string): string | undefined {
  if (key === "") return "is empty";
  const bytes = Buffer.byteLength(key);
  if (bytes > MAX_KEY_BYTES) return `has ${bytes} bytes, ${MAX_KEY_BYTES} are allowed`;
  if (/^(?:\.?\/)*\.?$/.test(key))
    return "is made of slashes and single dots alone, which lead to the bucket";
  if (key.startsWith("\\")) return "starts with a backslash";
  if (CONTROL.test(key)) return "has a control character";
  return undefined;
}
