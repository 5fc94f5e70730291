import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  encrypt,
  envelopeOf,
  signatureOf,
} from "../../../../packages/cos-emulator/src/wechat/push-envelope.ts";

/** https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html */
const TOKEN = "AAAAA";
const AES_KEY = "A".repeat(43);
const APP_ID = "wxba5fad812f8e6fb9";

test.each([
  [
    "the GET that verifies an address",
    ["1714036504", "1514711492"],
    "f464b24fc39322e44b38aa78f5edd27bd1441696",
  ],
  ["a plain message", ["1714037059", "486452656"], "899cf89e464efb63f54ddac96b0a0a235f53aa78"],
  [
    "an encrypted answer",
    [
      "1713424427",
      "415670741",
      "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==",
    ],
    "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1",
  ],
])("signs as in the documentation's example: %s", (_, parts, signature) => {
  expect(signatureOf(TOKEN, ...parts)).toBe(signature);
});

test("encrypts as in the documentation's example", () => {
  const random = Buffer.from("707722b803182950");
  expect(encrypt('{"demo_resp":"good luck"}', AES_KEY, APP_ID, random)).toBe(
    "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==",
  );
});

test("a plain message is JSON or XML, and its query is signed", () => {
  const message = {
    ToUserName: "gh_1",
    MsgType: "event",
    CreateTime: 1,
    detail: [{ label: 1 }, { label: 2 }],
  };
  const json = envelopeOf(message, "json", { token: TOKEN }, APP_ID, 1714037059);
  expect(JSON.parse(json.body)).toEqual(message);
  expect(Object.keys(json.query)).toEqual(["signature", "timestamp", "nonce"]);
  expect(json.query["signature"]).toBe(
    createHash("sha1")
      .update([TOKEN, "1714037059", json.query["nonce"] ?? ""].sort().join(""))
      .digest("hex"),
  );
  const xml = envelopeOf(message, "xml", { token: TOKEN }, APP_ID, 1714037059);
  expect(xml.body).toBe(
    "<xml><ToUserName>gh_1</ToUserName><MsgType>event</MsgType><CreateTime>1</CreateTime>" +
      "<detail><label>1</label></detail><detail><label>2</label></detail></xml>",
  );
});

test("in safe mode, nothing of the message is in plain text", () => {
  const message = { ToUserName: "gh_1", FromUserName: "o1", Event: "wxa_media_check" };
  const { body, query } = envelopeOf(message, "json", { token: TOKEN, aesKey: AES_KEY }, APP_ID, 1714112445);
  expect(Object.keys(JSON.parse(body))).toEqual(["ToUserName", "Encrypt"]);
  expect(body).not.toContain("wxa_media_check");
  expect(query).toMatchObject({ encrypt_type: "aes", openid: "o1", timestamp: "1714112445" });
  expect(query["msg_signature"]).not.toBe(query["signature"]);
});
