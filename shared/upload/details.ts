import { invalidParameter } from "../errors.ts";
import { isGiven } from "../field.ts";
import { isFileName, MAX_NAME_BYTES, type Metadata, metadataOf } from "../object/metadata.ts";
import { isText } from "../text.ts";

/**
 * For all values together, in bytes of UTF-8; with ten keys of 32 they are within the 2 KB that COS keeps
 * (436/7749).
 */
const MAX_META_BYTES = 1024;
const MAX_META_KEYS = 10;

/**
 * Reads what a client says about a file for its own use: `name`, the file's own name, and `meta`, values by
 * key, in any language.
 *
 * @throws ServiceError 400 `InvalidParameter`
 */
export function readDetails(raw: { readonly name?: unknown; readonly meta?: unknown }): Metadata {
  return metadataOf(readName(raw.name), readMeta(raw.meta));
}

function readName(name: unknown): string | undefined {
  if (!isGiven(name)) return undefined;
  if (isFileName(name)) return name;
  throw invalidParameter(
    `name must be given once, as a file's name without a path, of at most ${MAX_NAME_BYTES} bytes.`,
  );
}

function readMeta(meta: unknown): Record<string, string> {
  if (!isGiven(meta)) return {};
  const entries =
    typeof meta === "object" && meta !== null && !Array.isArray(meta) ? Object.entries(meta) : undefined;
  let left = MAX_META_BYTES;
  const isFit = entries?.every(([key, value]) => {
    if (!/^[a-z0-9-]{1,32}$/.test(key) || !isText(value, left)) return false;
    left -= Buffer.byteLength(value);
    return true;
  });
  if (isFit && entries && entries.length <= MAX_META_KEYS) return Object.fromEntries(entries);
  throw invalidParameter(
    `meta takes up to ${MAX_META_KEYS} texts, ${MAX_META_BYTES} bytes together, each given once under a key of a-z, 0-9 and -.`,
  );
}
