import { isText } from "../text.ts";

/**
 * How a file's own name and the values that a client gives it travel with its object: the name in Content-Disposition,
 * as a download's file name; each value in a header `x-cos-meta-<key>`. Headers are ASCII.
 */

const META = "x-cos-meta-";

/** In bytes of UTF-8, what file systems allow. */
export const MAX_NAME_BYTES = 255;

/**
 * Whether it can be a file's own name: nothing that a file system takes for a path, or that turns the direction of writing
 * and so hides an extension.
 */
export function isFileName(name: unknown): name is string {
  // As text, and read for few files: see text.ts.
  const noName = "^\\.{0,2}$|[/\\\\\\p{Cc}\\p{Bidi_Control}]";
  return isText(name, MAX_NAME_BYTES) && !new RegExp(noName, "u").test(name);
}

/** `x-cos-meta-*` and Content-Disposition, names in lower case. */
export type Metadata = Readonly<Record<string, string>>;

export function metadataOf(name: string | undefined, meta: Readonly<Record<string, string>>): Metadata {
  return {
    ...(name !== undefined && { "content-disposition": `attachment; filename*=UTF-8''${encodeName(name)}` }),
    ...Object.fromEntries(Object.entries(meta).map(([key, value]) => [META + key, encodeValue(value)])),
  };
}

/** In bytes, for the names and values of all `x-cos-meta-*` together (https://cloud.tencent.com/document/product/436/7749). */
const MAX_KEPT_BYTES = 2048;

/**
 * The values that COS keeps when they are written again, for a copy: whoever uploaded a file may have sent any, unsigned,
 * and an encoded word is longer than what it stands for. COS would refuse the copy for one byte too many.
 */
export function fitting(meta: Readonly<Record<string, string>>): Record<string, string> {
  let left = MAX_KEPT_BYTES;
  const kept = Object.entries(meta).filter(([key, value]) => {
    const bytes = META.length + key.length + encodeValue(value).length;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
  return Object.fromEntries(kept);
}

/** https://www.rfc-editor.org/rfc/rfc8187#section-3.2.1 */
function encodeName(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
}

/**
 * As it is where that is ASCII without spaces, else as an encoded word (https://www.rfc-editor.org/rfc/rfc2047): S3
 * gives metadata in this form too. Percent-encoded, 1 KB of Chinese would be more than COS keeps.
 */
function encodeValue(value: string): string {
  const isPlain = /^[\x21-\x7e]+$/.test(value) && !value.startsWith("=?");
  return isPlain ? value : `=?UTF-8?B?${Buffer.from(value).toString("base64")}?=`;
}

/**
 * Reads the name again; undefined when there is none, or one that is not ours: the header need not have been signed, and
 * whoever uploaded the file may have sent `..%2F` in it.
 */
export function nameIn(contentDisposition: string | undefined): string | undefined {
  const encoded = /;\s*filename\*=UTF-8''([^;\s]*)/i.exec(contentDisposition ?? "")?.[1];
  if (encoded === undefined) return undefined;
  try {
    const name = decodeURIComponent(encoded);
    return isFileName(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the values again, from an object's headers, names in lower case. */
export function metaIn(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(META) && typeof value === "string"
        ? [[name.slice(META.length), decodeValue(value)]]
        : [],
    ),
  );
}

function decodeValue(value: string): string {
  const base64 = /^=\?UTF-8\?B\?([A-Za-z0-9+/]*={0,2})\?=$/i.exec(value)?.[1];
  return base64 === undefined ? value : Buffer.from(base64, "base64").toString("utf8");
}
