import type { Platform, PlatformAnswer, Told } from "../core/platform";
import { fieldOf } from "../core/values";

/**
 * Adds support for answers that arrive as bytes to a platform, as they do in Douyin and in Taro on HarmonyOS
 * (https://github.com/NervJS/taro/pull/15846).
 */
export function withBytes(platform: Platform<string>): Platform<string> {
  return Object.assign({}, platform, {
    request: (sending, body, told, onSent) => platform.request(sending, body, asText(told), onSent),
    upload: (sending, file, fields, told, onSent) =>
      platform.upload(sending, file, fields, asText(told), onSent),
  } satisfies Partial<Platform<string>>);
}

function asText({ success, fail }: Told<PlatformAnswer>): Told<PlatformAnswer> {
  return {
    success: (answer) => success(Object.assign({}, answer, { data: textIn(fieldOf(answer, "data")) })),
    fail,
  };
}

/** The text of bytes in UTF-8; anything else as it is. Mini Programs have no TextDecoder. */
function textIn(data: unknown): unknown {
  if (!isBuffer(data) && !ArrayBuffer.isView(data)) return data;
  const bytes = isBuffer(data)
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let text = "";
  for (let i = 0; i < bytes.length; i += 1) text += String.fromCharCode(bytes[i] || 0);
  const escaped = text.replace(/[%\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
  try {
    return decodeURIComponent(escaped);
  } catch {
    // It is in another encoding. What COS and the functions say is ASCII for the most part.
    return text;
  }
}

/** A platform may make it in another realm, where it is no instance of ours. */
function isBuffer(data: unknown): data is ArrayBuffer {
  return Object.prototype.toString.call(data) === "[object ArrayBuffer]";
}
