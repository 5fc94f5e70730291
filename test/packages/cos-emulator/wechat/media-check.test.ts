import cosUtil from "cos-nodejs-sdk-v5/sdk/util.js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { noFaults } from "../../../../packages/cos-emulator/src/faults/faults.ts";
import { type Emulator, setFault, startEmulator } from "../../../../packages/cos-emulator/src/index.ts";
import { MediaChecks } from "../../../../packages/cos-emulator/src/wechat/media-check.ts";
import { MessagePush } from "../../../../packages/cos-emulator/src/wechat/message-push.ts";
import { Users } from "../../../../packages/cos-emulator/src/wechat/users.ts";
import { accessToken, openid, type PushServer, startPushServer, weixin } from "./support.ts";

const TOKEN = "PushToken1";
const HOUR = 60 * 60 * 1000;
const JPEG = "\xff\xd8\xff\xe0";

let emulator: Emulator;
let server: PushServer;
beforeAll(async () => {
  emulator = await startEmulator({ mediaCheckMs: 0 });
  server = await startPushServer();
  await emulator.weChat.setMessagePush({ url: server.url, token: TOKEN });
});
beforeEach(async () => {
  await emulator.reset();
  server.status = 200;
});
afterEach(() => void setFault(emulator.faults, "wechat="));
afterAll(async () => {
  await emulator.close();
  await server.close();
});

/** An object in the emulated COS, and the signed URL for reading it. */
async function stored(text: string, key = "uploads/a.jpg"): Promise<string> {
  const { host } = new URL(emulator.cosUrl);
  const { secretId: SecretId, secretKey: SecretKey } = emulator.account;
  const sign = (Method: string) =>
    cosUtil.getAuth({
      SecretId,
      SecretKey,
      Method,
      Key: key,
      Headers: { host },
      Query: {},
      KeyTime: keyTime(),
    });
  const put = await fetch(`${emulator.cosUrl}/${key}`, {
    method: "PUT",
    headers: { authorization: sign("PUT") },
    body: Buffer.from(text, "latin1"),
  });
  expect(put.status).toBe(200);
  return `https://${host}/${key}?${sign("GET").replaceAll(";", "%3B")}`;
}

function keyTime(): string {
  const now = Math.floor(emulator.clock.now() / 1000);
  return `${now - 5};${now + 900}`;
}

async function check(url: string, more: Record<string, unknown> = {}) {
  const body = {
    media_url: url,
    media_type: 2,
    version: 2,
    scene: 4,
    openid: await openid(emulator),
    ...more,
  };
  return weixin(emulator, `/wxa/media_check_async?access_token=${await accessToken(emulator)}`, body);
}

/** The results that were pushed for a trace_id. */
function results(traceId: unknown) {
  return server.received
    .filter(({ method }) => method === "POST")
    .map(({ body }) => JSON.parse(body))
    .filter((message) => message.trace_id === traceId);
}

async function resultOf(traceId: unknown) {
  await expect.poll(() => results(traceId).length).toBeGreaterThan(0);
  return results(traceId)[0];
}

describe("the verdict comes from", () => {
  test.each([
    ["nothing", "", "pass", 100],
    ["that a person should review it", "wechat-emulator:review", "review", 21000],
    ["that it is risky", "wechat-emulator:risky", "risky", 20002],
  ])("a file that says %s", async (_, mark, suggest, label) => {
    const answer = await check(await stored(JPEG + mark));
    expect(answer).toEqual({ errcode: 0, errmsg: "ok", trace_id: expect.stringMatching(/^[\da-f-]{26}$/) });
    expect(await resultOf(answer["trace_id"])).toEqual({
      ToUserName: expect.stringMatching(/^gh_/),
      FromUserName: await openid(emulator),
      CreateTime: expect.any(Number),
      MsgType: "event",
      Event: "wxa_media_check",
      appid: emulator.miniProgram.appId,
      trace_id: answer["trace_id"],
      version: 2,
      detail: [{ strategy: "content_model", errcode: 0, suggest, label, prob: 90 }],
      errcode: 0,
      errmsg: "ok",
      result: { suggest, label },
    });
  });

  test("a fault, or a control call", async () => {
    setFault(emulator.faults, "wechat=risky");
    const { trace_id } = await check(await stored(JPEG));
    expect((await resultOf(trace_id)).result.suggest).toBe("risky");
    await emulator.weChat.pushMediaCheck(String(trace_id), "pass");
    expect(results(trace_id).map(({ result }) => result.suggest)).toEqual(["risky", "pass"]);
    expect(emulator.weChat.mediaChecks).toMatchObject([{ traceId: trace_id, suggest: "pass", pushes: 2 }]);
    await expect(emulator.weChat.pushMediaCheck("another", "pass")).rejects.toThrow(RangeError);
  });
});

describe("a file that cannot be checked", () => {
  test.each([
    ["is missing", async () => `${await stored(JPEG)}x`],
    ["is of another type than media_type says", () => stored("%PDF-1.7")],
  ])("because it %s gets an errcode and no result", async (_, url) => {
    const { trace_id } = await check(await url());
    const result = await resultOf(trace_id);
    expect(result.errcode).toBe(-1008);
    expect(result).not.toHaveProperty("result");
  });

  test("passes with the fault blind, as developers report", async () => {
    setFault(emulator.faults, "wechat=blind");
    const { trace_id } = await check(`${await stored(JPEG)}x`);
    expect((await resultOf(trace_id)).result.suggest).toBe("pass");
  });
});

describe("refuses", () => {
  test.each<[string, Record<string, unknown>, number]>([
    ["an unknown openid", { openid: "oNobody" }, 40003],
    ["an openid of another type", { openid: 1 }, 40097],
    ["video", { media_type: 3 }, 40004],
    ["a media_type in words", { media_type: "image" }, 40004],
    ["version 1", { version: 1 }, 40097],
    ["a scene that does not exist", { scene: 5 }, 40097],
    ["an invalid address", { media_url: "cloud://a.jpg" }, 40097],
    ["no address", { media_url: undefined }, 40097],
  ])("%s", async (_, more, errcode) => {
    expect(await check("https://127.0.0.1:1/a.jpg", more)).toMatchObject({ errcode });
    expect(emulator.weChat.mediaChecks).toEqual([]);
  });

  test("a user who was last seen more than two hours ago", async () => {
    const user = await openid(emulator);
    emulator.clock.advance(2 * HOUR + 1);
    const token = await accessToken(emulator);
    const body = { media_url: "https://127.0.0.1:1/a", media_type: 2, version: 2, scene: 1, openid: user };
    expect(await weixin(emulator, `/wxa/media_check_async?access_token=${token}`, body)).toMatchObject({
      errcode: 61010,
    });
  });

  test("a body that is not JSON, and another method", async () => {
    const token = await accessToken(emulator);
    const path = `/wxa/media_check_async?access_token=${token}`;
    expect(await weixin(emulator, path, "media_url=a")).toMatchObject({ errcode: 47001 });
    expect(await weixin(emulator, path, "[]")).toMatchObject({ errcode: 47001 });
    expect(await weixin(emulator, path)).toMatchObject({ errcode: 43002 });
  });

  test("more than 2,000 per minute, and accepts them again in the next", () => {
    let now = Date.now();
    const clock = () => now;
    const users = new Users(clock);
    const push = new MessagePush({ appId: "wx1", clock, log: () => {} });
    const faults = noFaults();
    const options = { appId: "wx1", mediaCheckMs: 0, users, push, faults, clock, ca: "", log: () => {} };
    const checks = new MediaChecks(options);
    const body = { media_url: "http://127.0.0.1:1/", media_type: 2, version: 2, scene: 1 };
    const ask = () => checks.ask({ ...body, openid: users.seen("ann") });
    for (let i = 0; i < 2000; i++) ask();
    expect(ask).toThrow(expect.objectContaining({ errcode: 44990 }));
    now += 60_001;
    expect(ask()).toMatchObject({ errcode: 0 });
    checks.clear();
  });
});

describe("an access_token", () => {
  const call = (token: string) => weixin(emulator, `/wxa/media_check_async?access_token=${token}`, {});

  test("stays the same until shortly before its end; then both are valid for five minutes", async () => {
    const first = await accessToken(emulator);
    emulator.clock.advance(1.9 * HOUR);
    expect(await accessToken(emulator)).toBe(first);
    emulator.clock.advance(0.05 * HOUR);
    const second = await accessToken(emulator);
    expect(second).not.toBe(first);
    expect(await call(first)).toMatchObject({ errcode: 40097 });
    emulator.clock.advance(0.06 * HOUR);
    expect(await call(first)).toMatchObject({ errcode: 42001 });
    expect(await call(second)).toMatchObject({ errcode: 40097 });
  });

  test("is not valid once another program forces a new one", async () => {
    const first = await accessToken(emulator);
    const { appId: appid, secret } = emulator.miniProgram;
    const body = { grant_type: "client_credential", appid, secret, force_refresh: true };
    const { access_token } = await weixin(emulator, "/cgi-bin/stable_token", body);
    expect(access_token).not.toBe(first);
    expect(await call(first)).toMatchObject({ errcode: 40001 });
    expect(await call("")).toMatchObject({ errcode: 41001 });
    // Within 30 seconds of the last renewal, the token is not renewed.
    expect((await weixin(emulator, "/cgi-bin/stable_token", body))["access_token"]).toBe(access_token);
  });

  test.each<[string, Record<string, unknown>, number]>([
    ["another grant_type", { grant_type: "password" }, 40002],
    ["another appid", { appid: "wx1" }, 40013],
    ["another secret", { secret: "x" }, 40125],
    ["no secret", { secret: "" }, 41004],
    ["force_refresh in words", { force_refresh: "true" }, 47001],
  ])("is not given for %s", async (_, more, errcode) => {
    const { appId: appid, secret } = emulator.miniProgram;
    const body = { grant_type: "client_credential", appid, secret, ...more };
    expect(await weixin(emulator, "/cgi-bin/stable_token", body)).toMatchObject({ errcode });
  });
});

describe("the faults", () => {
  test.each([
    ["busy", -1],
    ["throttled", 44990],
    ["quota", 45009],
    ["token", 42001],
  ])("wechat=%s answers %i", async (fault, errcode) => {
    const url = await stored(JPEG);
    setFault(emulator.faults, `wechat=${fault}`);
    const token = "any";
    expect(await weixin(emulator, `/wxa/media_check_async?access_token=${token}`, { url })).toMatchObject({
      errcode,
    });
  });

  test("wechat=never and wechat=twice", async () => {
    const url = await stored(JPEG);
    setFault(emulator.faults, "wechat=twice");
    const twice = await check(url);
    await expect.poll(() => results(twice["trace_id"]).length).toBe(2);
    setFault(emulator.faults, "wechat=never");
    const never = await check(url);
    setFault(emulator.faults, "wechat=");
    const later = await check(url);
    await resultOf(later["trace_id"]);
    expect(results(never["trace_id"])).toEqual([]);
  });
});
