import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { xmlDocument } from "../cos/xml/xml.ts";

/** The secrets of the message push, as set in the Mini Program's console. */
export interface PushSecrets {
  readonly token: string;
  /** EncodingAESKey, 43 letters and digits. Undefined in plain mode. */
  readonly aesKey?: string | undefined;
}

export type PushFormat = "json" | "xml";

/** A value of a message. A list repeats its element in XML. */
export type MessageValue =
  | string
  | number
  | readonly MessageValue[]
  | { readonly [name: string]: MessageValue };
export type Message = Readonly<Record<string, MessageValue>>;

/** The SHA-1 of the parts, sorted and joined. */
export function signatureOf(...parts: readonly string[]): string {
  return createHash("sha1")
    .update([...parts].sort().join(""))
    .digest("hex");
}

/** What is sent: the query to add to the address, and the body. */
export interface Envelope {
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  readonly contentType: string;
}

/**
 * Puts a message into the form in which WeChat sends it, plain or in safe mode
 * (https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html).
 *
 * @param now Unix time in seconds
 */
export function envelopeOf(
  message: Message,
  format: PushFormat,
  { token, aesKey }: PushSecrets,
  appId: string,
  now: number,
): Envelope {
  const timestamp = String(now);
  const nonce = String(randomBytes(4).readUInt32BE());
  const query = { signature: signatureOf(token, timestamp, nonce), timestamp, nonce };
  const contentType = format === "json" ? "application/json" : "text/xml";
  if (aesKey === undefined) return { query, body: written(message, format), contentType };
  const encrypted = encrypt(written(message, format), aesKey, appId);
  const outer: Message = { ToUserName: message["ToUserName"] ?? "", Encrypt: encrypted };
  return {
    query: {
      ...query,
      openid: String(message["FromUserName"] ?? ""),
      encrypt_type: "aes",
      msg_signature: signatureOf(token, timestamp, nonce, encrypted),
    },
    body: written(outer, format),
    contentType,
  };
}

function written(message: Message, format: PushFormat): string {
  if (format === "json") return JSON.stringify(message);
  // WeChat sends only the root element.
  return xmlDocument({ xml: message }).replace(/^<\?xml[^>]*\?>/, "");
}

/** The key's length; the text is padded to a multiple of it (PKCS#7 with K = 32). */
const BLOCK = 32;

/**
 * `random(16B) + msg_len(4B) + msg + appid`, AES-256-CBC with the key's first half as its initialization vector.
 *
 * @param random the first 16 bytes
 */
export function encrypt(message: string, aesKey: string, appId: string, random = randomBytes(16)): string {
  const key = Buffer.from(`${aesKey}=`, "base64");
  const text = Buffer.from(message, "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const full = Buffer.concat([random, length, text, Buffer.from(appId, "utf8")]);
  const fill = BLOCK - (full.length % BLOCK);
  const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([
    cipher.update(full),
    cipher.update(Buffer.alloc(fill, fill)),
    cipher.final(),
  ]).toString("base64");
}
