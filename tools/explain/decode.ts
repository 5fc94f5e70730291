import { gunzipSync } from "node:zlib";

/** Far more than any log that is given to explain; a small file can be packed so that it is endless. */
const MAX_UNPACKED_BYTES = 16 * 1024 * 1024;
/** How many times a file may be packed. There are files that unpack to themselves. */
const MAX_LEVELS = 4;

/**
 * The text in a file or in standard input, whatever it was saved as: UTF-8, UTF-16 with or without a byte order mark, the
 * encoding of Chinese Windows (GB 18030, which contains GBK), and packed with gzip, as a whole or as base64 in it, as CLS
 * hands logs to functions (https://cloud.tencent.com/document/product/583/38845).
 */
export function decode(bytes: Uint8Array): string {
  let plain = bytes;
  for (let level = 0; level < MAX_LEVELS && plain[0] === 0x1f && plain[1] === 0x8b; level += 1) {
    plain = gunzip(plain) ?? plain;
  }
  let left = MAX_UNPACKED_BYTES;
  return decoded(plain).replaceAll(/\bH4sI[\w+/]{20,}={0,2}/g, (base64) => {
    const inner = gunzip(Buffer.from(base64, "base64"), left);
    if (inner === undefined) return base64;
    left -= inner.length;
    return new TextDecoder().decode(inner);
  });
}

function decoded(bytes: Uint8Array): string {
  const wide = utf16Of(bytes);
  if (wide !== undefined) return new TextDecoder(wide).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return withoutReplacements(bytes);
  }
}

/** GB 18030 if all of it is that; a text of another kind keeps its ASCII in UTF-8. */
function withoutReplacements(bytes: Uint8Array): string {
  try {
    return new TextDecoder("gb18030", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** Which UTF-16 it is, by its byte order mark or by where its zeros are: markup is ASCII. */
function utf16Of(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const [first = 0, second = 0] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const start = bytes.subarray(0, 1000);
  const zerosAt = (parity: number) =>
    start.filter((byte, index) => byte === 0 && index % 2 === parity).length;
  const [even, odd] = [zerosAt(0), zerosAt(1)];
  if (Math.max(even, odd) < start.length / 4) return undefined;
  return even > odd ? "utf-16be" : "utf-16le";
}

function gunzip(bytes: Uint8Array, maxOutputLength = MAX_UNPACKED_BYTES): Uint8Array | undefined {
  try {
    return maxOutputLength > 0 ? gunzipSync(bytes, { maxOutputLength }) : undefined;
  } catch {
    return undefined;
  }
}
