import { createHmac } from "node:crypto";
import { Readable } from "node:stream";
import COS from "cos-nodejs-sdk-v5";
import { beforeEach, describe, expect, test } from "vitest";
import { EMULATED_BUCKET } from "../../../../packages/cos-emulator/src/cloud/account.ts";
import { TEST_ACCOUNT } from "../../../support/account.ts";
import { ask } from "./asking.ts";
import { START_SECONDS, startCos, type TestCos, urlPath } from "./support.ts";

const KEY = "目录/a b+c!'()*~100%.txt";
const { appId, secretId, secretKey } = TEST_ACCOUNT;
const SHORT_NAME = EMULATED_BUCKET.name.slice(0, -appId.length - 1);

let cos: TestCos;

beforeEach(async () => {
  cos = await startCos();
  await ask(cos, "PUT", KEY, { body: "content" });
});

const fields = (change: Record<string, string> = {}) => ({
  a: appId,
  b: SHORT_NAME,
  k: secretId,
  t: String(START_SECONDS),
  e: String(START_SECONDS + 900),
  r: "1234567890",
  f: "",
  ...change,
});

const textOf = (values: Record<string, string>) =>
  Object.entries(values)
    .map((pair) => pair.join("="))
    .join("&");

/** As the page on the JSON API's signature describes. */
function signed(text: string, key: string = secretKey): string {
  const digest = createHmac("sha1", key).update(text).digest();
  return Buffer.concat([digest, Buffer.from(text)]).toString("base64");
}

const get = (sign: string, { method = "GET", key = KEY, more = "" } = {}) =>
  cos.send({ method, path: `${urlPath(key)}?sign=${encodeURIComponent(sign)}${more}` });

describe("a signature of the JSON API", () => {
  test("made by the official SDK's getV4Auth downloads its object, and no other", async () => {
    const running = await startCos({ clock: Date.now });
    const draft = await running.store.receive(Readable.from(["content"]), 100);
    const attributes = { contentType: "text/plain", storageClass: "STANDARD", headers: {} };
    await draft.commit(KEY, attributes, { lastModified: 0, ifAbsent: false });
    const sdk = new COS({ SecretId: secretId, SecretKey: secretKey });
    const sign = sdk.getV4Auth({ Bucket: EMULATED_BUCKET.name, Key: KEY });
    const path = (key: string) => `${urlPath(key)}?sign=${encodeURIComponent(sign)}`;
    expect((await running.send({ method: "GET", path: path(KEY) })).body.toString()).toBe("content");
    expect((await running.send({ method: "HEAD", path: path(KEY) })).status).toBe(200);
    expect(await running.send({ method: "GET", path: path("b.txt") })).toMatchObject({
      status: 403,
      code: "SignatureDoesNotMatch",
    });
  });

  test("without a file is valid for every object of its bucket, in the query or the header", async () => {
    const sign = signed(textOf(fields()));
    expect((await get(sign)).body.toString()).toBe("content");
    expect((await get(sign, { more: "&response-content-type=text%2Fplain" })).status).toBe(200);
    const headers = { authorization: sign };
    expect((await cos.send({ method: "GET", path: urlPath(KEY), headers })).status).toBe(200);
  });

  test("of a temporary key needs its token and a right to the object", async () => {
    const { tmpSecretId, tmpSecretKey, token } = cos.issue("name/cos:GetObject", KEY);
    const sign = signed(textOf(fields({ k: tmpSecretId })), tmpSecretKey);
    const more = `&x-cos-security-token=${encodeURIComponent(token)}`;
    expect((await get(sign, { more })).status).toBe(200);
    expect(await get(sign)).toMatchObject({ status: 403, code: "InvalidAccessKeyId" });
    expect(await get(sign, { more, key: "b" })).toMatchObject({ status: 403, code: "AccessDenied" });
  });

  test.each([
    ["that has expired", { e: String(START_SECONDS) }, 403, "AccessDenied"],
    ["for another bucket", { b: "other" }, 403, "SignatureDoesNotMatch"],
    ["for another account's bucket", { a: "1250000001" }, 403, "SignatureDoesNotMatch"],
    ["for another object", { f: `/${appId}/${SHORT_NAME}/other` }, 403, "SignatureDoesNotMatch"],
    ["with broken escapes in the file", { f: "/%zz" }, 403, "SignatureDoesNotMatch"],
    ["with an unknown key", { k: "AKIDunknown" }, 403, "InvalidAccessKeyId"],
    ["that can be used only once", { e: "0" }, 501, "NotImplemented"],
    ["with an expiry that is not a time", { e: "soon" }, 403, "InvalidSecurity"],
    ["with an additional field", { z: "1" }, 403, "InvalidSecurity"],
  ])("%s is refused", async (_, change, status, code) => {
    expect(await get(signed(textOf(fields(change))))).toMatchObject({ status, code });
  });

  test("with a repeated field is refused, whichever value would count", async () => {
    const text = `${textOf(fields())}&e=${START_SECONDS + 90_000}`;
    expect(await get(signed(text))).toMatchObject({ status: 403, code: "InvalidSecurity" });
    const instead = textOf(fields()).replace(/r=\d+/, `e=${START_SECONDS + 90_000}`);
    expect(await get(signed(instead))).toMatchObject({ status: 403, code: "InvalidSecurity" });
  });

  test("made with another key, or changed afterwards, is refused", async () => {
    const text = textOf(fields());
    expect(await get(signed(text, "other"))).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
    const bytes = Buffer.from(signed(text), "base64");
    const later = Buffer.from(bytes.toString("latin1").replace(/e=\d/, "e=9"), "latin1").toString("base64");
    expect(await get(later)).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
  });

  test.each([
    ["a PUT", { method: "PUT" }],
    ["a DELETE", { method: "DELETE" }],
    ["the object's ACL", { more: "&acl" }],
    ["a listing of the bucket", { key: "" }],
  ])("for %s is refused with 501, since it covers neither method nor parameters", async (_, options) => {
    expect((await get(signed(textOf(fields())), options)).status).toBe(501);
    expect(cos.store.all().map(({ key }) => key)).toEqual([KEY]);
  });
});
