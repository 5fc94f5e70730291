import { CosError } from "../../http/errors.ts";

/** https://cloud.tencent.com/document/product/436/13324 */
export const MAX_KEY_BYTES = 850;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/;

/**
 * Checks an object key by the naming rules (https://cloud.tencent.com/document/product/436/13324): at most 850 bytes
 * of UTF-8, no leading backslash, no line breaks, none of the control characters 24 to 27. That page does not mention
 * the other control characters; they are refused as well. `..` has no special meaning: keys are names, not paths. The
 * page forbids a leading slash, but COS accepts it: cos-nodejs-sdk-v5's own tests put such keys. According to the same
 * tests, COS treats a path of nothing but slashes and single dots as the bucket itself, so no such object can exist; we
 * could not find out which error it answers.
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
  if (bytes > MAX_KEY_BYTES) return `has ${bytes} bytes, but only ${MAX_KEY_BYTES} are allowed`;
  if (/^(?:\.?\/)*\.?$/.test(key)) return "has only slashes and single dots, which lead to the bucket";
  if (key.startsWith("\\")) return "starts with a backslash";
  if (CONTROL.test(key)) return "has a control character";
  return undefined;
}
