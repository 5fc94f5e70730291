import { createDecipheriv, createHash, timingSafeEqual } from "node:crypto";
import { invalidJson, pushRefused, pushReplayed, requestTooLarge } from "../errors.ts";
import type { HttpRequest } from "../http/request.ts";
import type { PushConfig } from "./config.ts";
import { readXml } from "./xml.ts";

/** A message from WeChat: its fields, unchecked. */
export type Message = ReadonlyMap<string, unknown>;

/** How far a message's time may be from this machine's, in seconds: WeChat sends again within a quarter of a minute. */
const MAX_AGE_SECONDS = 300;

/** How many messages are remembered; a five minutes' worth at 2,000 a minute. */
const MAX_REMEMBERED = 10_000;

/** In characters; a result of a check has about one thousand, and twice that encrypted. */
const MAX_BODY_LENGTH = 64 * 1024;

/** What the messages of the push are read with. */
export interface PushReader {
  /**
   * The echostr that a signed GET is to be answered with.
   *
   * @param now Unix time in seconds, here and below
   * @throws ServiceError 403
   */
  verify(request: HttpRequest, now: number): string;
  /**
   * A message, decrypted.
   *
   * @throws ServiceError 400, 403 or 413
   */
  read(request: HttpRequest, now: number): Message;
  /** Marks it as processed: the same one is refused from now on. One that failed may come again. */
  done(request: HttpRequest, now: number): void;
}

/**
 * Reads WeChat's message push, plain or in the safe mode, JSON or XML
 * (https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html). Where a key is
 * set, the signature that is checked is the one over the encrypted message, and a plain message is refused.
 *
 * This instance remembers which messages it processed; others see it from the file's record.
 */
export function pushReader({ appId, token, aesKey }: PushConfig): PushReader {
  const seen = new Map<string, number>();

  function checkTime({ timestamp, signature }: Signed, now: number): void {
    if (Math.abs(Number(timestamp) - now) > MAX_AGE_SECONDS) {
      throw pushReplayed("The message is older than five minutes, or this machine's clock is wrong.");
    }
    if (seen.has(signature)) throw pushReplayed("The message was processed already.");
  }

  function readBody({ body }: HttpRequest, signed: Signed): Message {
    if (body.length > MAX_BODY_LENGTH) throw requestTooLarge("No message from WeChat is this long.");
    if (aesKey === undefined) {
      check(signed.signature, [token, signed.timestamp, signed.nonce]);
      return parse(body);
    }
    const outer = parse(body);
    const encrypted = outer.get("Encrypt");
    if (typeof encrypted !== "string" || encrypted === "") {
      throw pushRefused("The message is not encrypted; set the safe mode in the Mini Program's console.");
    }
    check(signed.signature, [token, signed.timestamp, signed.nonce, encrypted]);
    return parse(decrypt(encrypted, aesKey, appId));
  }

  return {
    verify(request, now) {
      const signed = readSigned(request, "signature");
      check(signed.signature, [token, signed.timestamp, signed.nonce]);
      checkTime(signed, now);
      const echostr = only(request, "echostr");
      // It is returned as it is, so it must not be able to be anything else.
      if (!/^[\w-]{1,128}$/.test(echostr)) throw pushRefused("echostr must be letters and digits.");
      return echostr;
    },
    read(request, now) {
      const signed = readSigned(request, aesKey === undefined ? "signature" : "msg_signature");
      const message = readBody(request, signed);
      checkTime(signed, now);
      return message;
    },
    done(request, now) {
      const { signature } = readSigned(request, aesKey === undefined ? "signature" : "msg_signature");
      for (const [old, time] of seen) {
        if (now - time <= 2 * MAX_AGE_SECONDS && seen.size < MAX_REMEMBERED) break;
        seen.delete(old);
      }
      seen.set(signature, now);
    },
  };
}

/** The parameters that every message has. */
interface Signed {
  readonly signature: string;
  readonly timestamp: string;
  readonly nonce: string;
}

function readSigned(request: HttpRequest, name: "signature" | "msg_signature"): Signed {
  const signed = {
    signature: only(request, name),
    timestamp: only(request, "timestamp"),
    nonce: only(request, "nonce"),
  };
  if (!/^\d{1,12}$/.test(signed.timestamp))
    throw pushRefused(`${name}, timestamp and nonce must be WeChat's.`);
  return signed;
}

function only({ query }: HttpRequest, name: string): string {
  const [value, ...others] = query.get(name) ?? [];
  if (value === undefined || others.length > 0 || value === "" || value.length > 1000) {
    throw pushRefused(`${name} must be given once; only WeChat calls this address.`);
  }
  return value;
}

/** @throws ServiceError 403 unless the signature is the SHA1 of the parts, sorted and joined */
function check(signature: string, parts: readonly string[]): void {
  const expected = createHash("sha1")
    .update([...parts].sort().join(""))
    .digest();
  const given = Buffer.from(/^[\da-f]{40}$/.test(signature) ? signature : "", "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw pushRefused(
      "The signature is not WeChat's: WX_PUSH_TOKEN must be the token in the Mini Program's console.",
    );
  }
}

/** PKCS#7 fills up to a multiple of the key's length, which is twice the cipher's block. */
const MAX_FILL = 32;
const HEAD_BYTES = 20;

/**
 * `random(16B) + msg_len(4B) + msg + appid`, in AES-256-CBC whose initialization vector is the key's first half. Its
 * signature has been checked, so that nobody learns anything from how it fails.
 */
function decrypt(encrypted: string, key: Buffer, appId: string): string {
  const wrong = () =>
    pushRefused(
      "The message cannot be decrypted: WX_PUSH_AES_KEY must be the console's, and WX_APPID its AppID.",
    );
  const bytes = Buffer.from(encrypted, "base64");
  if (bytes.length === 0 || bytes.length % 16 !== 0) throw wrong();
  const decipher = createDecipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  const filled = Buffer.concat([decipher.update(bytes), decipher.final()]);
  const fill = filled.at(-1) ?? 0;
  if (fill < 1 || fill > MAX_FILL || fill > filled.length - HEAD_BYTES) throw wrong();
  const full = filled.subarray(0, -fill);
  const end = HEAD_BYTES + full.readUInt32BE(16);
  if (end > full.length || full.subarray(end).toString("utf8") !== appId) throw wrong();
  return full.subarray(HEAD_BYTES, end).toString("utf8");
}

/** JSON, or XML, by how it begins: what the content type of either is was not found. */
function parse(text: string): Message {
  if (text.trimStart().startsWith("<")) return readXml(text);
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null && !Array.isArray(json))
      return new Map(Object.entries(json));
  } catch {
    // Told below.
  }
  throw invalidJson("The body is neither JSON nor XML, as WeChat sends them.");
}
