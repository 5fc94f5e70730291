import { createCipheriv, createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ServiceError } from "../../../shared/errors.ts";
import type { HttpRequest } from "../../../shared/http/request.ts";
import { readPush } from "../../../shared/wechat/config.ts";
import { pushReader } from "../../../shared/wechat/push.ts";

/**
 * The examples of https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
const TOKEN = "AAAAA";
const AES_KEY = "A".repeat(43);
const APP_ID = "wxba5fad812f8e6fb9";
const ENCRYPT =
  "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=";
const SAFE =
  "signature=6c5c811b55cc85e0e1b54100749188c20beb3f5d&timestamp=1714112445&nonce=415670741&openid=o9AgO5Kd5ggOC-bXrbNODIiE3bGY&encrypt_type=aes&msg_signature=046e02f8204d34f8ba5fa3b1db94908f3df2e9b3";
const SAFE_TIME = 1_714_112_445;
const PLAIN = "signature=899cf89e464efb63f54ddac96b0a0a235f53aa78&timestamp=1714037059&nonce=486452656";
const PLAIN_TIME = 1_714_037_059;
const PLAIN_BODY = `{
    "ToUserName": "gh_97417a04a28d",
    "FromUserName": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
    "CreateTime": 1714037059,
    "MsgType": "event",
    "Event": "debug_demo",
    "debug_str": "hello world"
}`;

const reader = (env: Record<string, string> = { WX_PUSH_AES_KEY: AES_KEY }) =>
  pushReader(readPush({ WX_APPID: APP_ID, WX_PUSH_TOKEN: TOKEN, ...env }));
const plainReader = () => reader({});

function request(query: string, body = ""): HttpRequest {
  const read = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) read.set(name, [...(read.get(name) ?? []), value]);
  return { method: body === "" ? "GET" : "POST", path: "/", headers: new Map(), query: read, body };
}

const safe = (query = SAFE, encrypted = ENCRYPT) =>
  request(query, JSON.stringify({ ToUserName: "gh_97417a04a28d", Encrypt: encrypted }));

const refused = (code: string) =>
  expect.objectContaining({ status: code === "InvalidJson" ? 400 : 403, code });

describe("reads the documentation's examples:", () => {
  const GET =
    "signature=f464b24fc39322e44b38aa78f5edd27bd1441696&echostr=4375120948345356249&timestamp=1714036504&nonce=1514711492";

  test("the GET that verifies an address, in any mode", () => {
    expect(plainReader().verify(request(GET), 1_714_036_504)).toBe("4375120948345356249");
    expect(reader().verify(request(GET), 1_714_036_504)).toBe("4375120948345356249");
  });

  test("a plain message", () => {
    const message = plainReader().read(request(PLAIN, PLAIN_BODY), PLAIN_TIME);
    expect([message.get("Event"), message.get("debug_str")]).toEqual(["debug_demo", "hello world"]);
  });

  test("an encrypted message", () => {
    expect(Object.fromEntries(reader().read(safe(), SAFE_TIME))).toEqual({
      ToUserName: "gh_97417a04a28d",
      FromUserName: "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
      CreateTime: 1_714_112_445,
      MsgType: "event",
      Event: "debug_demo",
      debug_str: "hello world",
    });
  });

  test("the same in XML", () => {
    const body = `<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName><Encrypt><![CDATA[${ENCRYPT}]]></Encrypt></xml>`;
    expect(reader().read(request(SAFE, body), SAFE_TIME).get("Event")).toBe("debug_demo");
  });
});

test("a nonce may have 1000 characters", () => {
  expect(reader().read(signed(ENCRYPT, String(SAFE_TIME), "1".repeat(1000)), SAFE_TIME).size).toBe(6);
});

test("a message of any length is decrypted unchanged", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (text) => {
      const sent = signed(encrypt(JSON.stringify({ text })));
      expect(reader().read(sent, SAFE_TIME).get("text")).toBe(text);
    }),
  );
});

/** Written from the documentation, without the reader's code. */
function encrypt(
  message: string,
  appId = APP_ID,
  { fill, more = 0 }: { fill?: number; more?: number } = {},
): string {
  const key = Buffer.from(`${AES_KEY}=`, "base64");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(message));
  const full = Buffer.concat([Buffer.alloc(16, "r"), length, Buffer.from(message), Buffer.from(appId)]);
  const missing = 32 - (full.length % 32) + more;
  const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([full, Buffer.alloc(missing, fill ?? missing)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString("base64");
}

function signed(encrypted: string, timestamp = String(SAFE_TIME), nonce = "1"): HttpRequest {
  const signature = createHash("sha1")
    .update([TOKEN, timestamp, nonce, encrypted].sort().join(""))
    .digest("hex");
  return safe(`timestamp=${timestamp}&nonce=${nonce}&encrypt_type=aes&msg_signature=${signature}`, encrypted);
}

describe("refuses", () => {
  test.each<[string, HttpRequest]>([
    ["another message under the signature", safe(SAFE, `B${ENCRYPT.slice(1)}`)],
    [
      "the signature that does not cover the message",
      safe(SAFE.replace(/msg_signature=\w+/, "msg_signature=6c5c811b55cc85e0e1b54100749188c20beb3f5d")),
    ],
    ["another time under the signature", safe(SAFE.replace("1714112445", "1714112446"))],
    ["another nonce under the signature", safe(SAFE.replace("415670741", "415670742"))],
    ["a signature in capitals", safe(SAFE.replace(/msg_signature=(\w+)/, (text) => text.toUpperCase()))],
    ["a signature that is cut", safe(SAFE.slice(0, -1))],
    ["no signature", safe(SAFE.replace(/&msg_signature=\w+/, ""))],
    ["two signatures", safe(`${SAFE}&msg_signature=046e02f8204d34f8ba5fa3b1db94908f3df2e9b3`)],
    ["a time that is not a number", safe(SAFE.replace("1714112445", "now"))],
    ["a plain message where a key is set", request(PLAIN.replace("signature", "msg_signature"), PLAIN_BODY)],
    ["an encrypted message of another type", request(SAFE, JSON.stringify({ Encrypt: [ENCRYPT] }))],
    ["a message for another Mini Program", signed(encrypt("{}", "wx0000000000000000"))],
    ["wrong padding", signed(encrypt("{}", APP_ID, { fill: 0 }))],
    ["padding longer than the message", signed(encrypt("{}", APP_ID, { fill: 255 }))],
    ["padding of more than 32 bytes", signed(encrypt("{}", APP_ID, { more: 32 }))],
    ["a nonce of more than 1000 characters", signed(ENCRYPT, String(SAFE_TIME), "1".repeat(1001))],
    ["an incomplete block", signed(ENCRYPT.slice(0, 20))],
    ["nothing encrypted", signed("====")],
  ])("%s", (_, sent) => {
    expect(() => reader().read(sent, SAFE_TIME)).toThrow(refused("PushRefused"));
  });

  test.each([
    ["invalid JSON", "event"],
    ["a list", "[]"],
    ["null", "null"],
    ["XML with a document type", "<!DOCTYPE xml [<!ENTITY a 'b'>]><xml><Event>&a;</Event></xml>"],
    ["incomplete XML", "<xml><Event>"],
    ["XML with another root", "<html></html>"],
    ["XML with an unknown name", "<xml><constructor>1</constructor></xml>"],
  ])("%s", (_, body) => {
    expect(() => plainReader().read(request(PLAIN, body), PLAIN_TIME)).toThrow(ServiceError);
    expect(() => plainReader().read(request(PLAIN, body), PLAIN_TIME)).toThrow(refused("InvalidJson"));
  });

  test("a body of more than 64 KiB, before reading it", () => {
    const tooLarge = expect.objectContaining({ status: 413, code: "RequestTooLarge" });
    const longest = PLAIN_BODY.padEnd(65_536);
    expect(plainReader().read(request(PLAIN, longest), PLAIN_TIME).get("Event")).toBe("debug_demo");
    const body = `${longest} `;
    expect(() => plainReader().read(request(PLAIN, body), PLAIN_TIME)).toThrow(tooLarge);
    expect(() => reader().read(request(SAFE, body), SAFE_TIME)).toThrow(tooLarge);
  });

  test("a message from more than five minutes ago, and one from the future", () => {
    for (const seconds of [300, -300]) {
      expect(
        reader()
          .read(safe(), SAFE_TIME + seconds)
          .get("Event"),
      ).toBe("debug_demo");
    }
    expect(() => reader().read(safe(), SAFE_TIME + 301)).toThrow(refused("PushReplayed"));
    expect(() => reader().read(safe(), SAFE_TIME - 301)).toThrow(refused("PushReplayed"));
  });

  test("a message that was already processed; a failed one may come again", () => {
    const push = reader();
    push.read(safe(), SAFE_TIME);
    push.read(safe(), SAFE_TIME + 5);
    push.done(safe(), SAFE_TIME + 5);
    expect(() => push.read(safe(), SAFE_TIME + 10)).toThrow(refused("PushReplayed"));
    expect(push.read(signed(encrypt("{}"), String(SAFE_TIME), "2"), SAFE_TIME).size).toBe(0);
  });

  test("attack: a message is sent again at the end of its time to where it was processed at the beginning", () => {
    const push = reader();
    push.done(safe(), SAFE_TIME - 300);
    push.done(signed(encrypt("{}"), String(SAFE_TIME + 300), "2"), SAFE_TIME + 300);
    expect(() => push.read(safe(), SAFE_TIME + 300)).toThrow(refused("PushReplayed"));
  });

  test("the latest ten thousand that were processed", () => {
    const push = reader();
    const process = (signature: string) =>
      push.done(request(`msg_signature=${signature}&timestamp=${SAFE_TIME}&nonce=1`), SAFE_TIME);
    push.done(safe(), SAFE_TIME);
    for (let i = 1; i < 10_000; i += 1) process(`another-${i}`);
    expect(() => push.read(safe(), SAFE_TIME)).toThrow(refused("PushReplayed"));
    process("one-more");
    expect(push.read(safe(), SAFE_TIME).get("Event")).toBe("debug_demo");
  });

  test("an echostr that could be a page", () => {
    const query = PLAIN.replace("486452656", "486452656&echostr=%3Cscript%3E");
    expect(() => plainReader().verify(request(query), PLAIN_TIME)).toThrow(refused("PushRefused"));
  });
});

test("any input is read or refused, with a plain token or a key", () => {
  const anything = fc.oneof(fc.string(), fc.json(), fc.constant(PLAIN_BODY));
  fc.assert(
    fc.property(fc.webQueryParameters(), anything, fc.boolean(), (query, body, isSafe) => {
      try {
        (isSafe ? reader() : plainReader()).read(request(query, body), SAFE_TIME);
      } catch (error) {
        expect(error).toBeInstanceOf(ServiceError);
      }
    }),
  );
});

describe("the settings", () => {
  const all = { WX_APPID: APP_ID, WX_PUSH_TOKEN: TOKEN };
  test.each<[string, Record<string, string>, RegExp]>([
    ["no token", { WX_APPID: APP_ID }, /WX_PUSH_TOKEN is not set/],
    ["no AppID", { WX_PUSH_TOKEN: TOKEN }, /WX_APPID/],
    ["a token that is too short", { ...all, WX_PUSH_TOKEN: "ab" }, /WX_PUSH_TOKEN must be .* 3 to 32/],
    ["a token with a space", { ...all, WX_PUSH_TOKEN: "a b c" }, /WX_PUSH_TOKEN/],
    ["a blank key", { ...all, WX_PUSH_AES_KEY: "" }, /WX_PUSH_AES_KEY must be .* 43/],
    ["a key that is already decoded", { ...all, WX_PUSH_AES_KEY: `${AES_KEY}=` }, /WX_PUSH_AES_KEY/],
  ])("%s is reported by name", (_, env, message) => {
    expect(() => readPush(env)).toThrow(message);
  });
});
