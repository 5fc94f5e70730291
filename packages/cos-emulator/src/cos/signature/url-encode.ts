/**
 * UrlEncode of the signature algorithm: everything but letters, digits, `-`, `_`, `.` and `~` is percent-encoded in
 * upper-case hex (https://cloud.tencent.com/document/product/436/7778). encodeURIComponent leaves `!'()*` alone.
 *
 * @param text without lone surrogates
 */
export function urlEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
