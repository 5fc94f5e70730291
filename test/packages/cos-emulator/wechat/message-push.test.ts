import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MessagePush } from "../../../../packages/cos-emulator/src/wechat/message-push.ts";
import { type PushServer, startPushServer } from "./support.ts";

const TOKEN = "PushToken1";
const AES_KEY = "a".repeat(43);

let server: PushServer;
let log: string[] = [];
beforeAll(async () => {
  server = await startPushServer();
});
beforeEach(() => {
  log = [];
  server.status = 200;
  server.echo = undefined;
});
afterAll(() => server.close());

const newPush = () =>
  new MessagePush({ appId: "wx1", clock: () => 1_714_036_504_000, log: (line) => void log.push(line) });

describe("the console accepts an address that answers its GET", () => {
  test("with the echostr", async () => {
    const before = server.received.length;
    await newPush().configure({ url: `${server.url}?a=1`, token: TOKEN });
    const [get] = server.received.slice(before);
    expect([...(get?.query.keys() ?? [])]).toEqual(["a", "signature", "echostr", "timestamp", "nonce"]);
  });

  test.each<[string, Partial<{ url: string; token: string; aesKey: string }>, RegExp]>([
    ["that is unreachable", { url: "http://127.0.0.1:1/" }, /did not answer/],
    ["that is invalid", { url: "push" }, /must begin with http/],
    ["with a token that is too short", { token: "ab" }, /token .* 3 to 32/],
    ["with a key that is too short", { aesKey: "a" }, /43 letters and digits/],
  ])("but not one %s", async (_, wrong, message) => {
    const push = newPush();
    await expect(push.configure({ url: server.url, token: TOKEN, ...wrong })).rejects.toThrow(message);
    await push.send({ Event: "debug_demo" });
    expect(log.at(-1)).toMatch(/no address/);
  });

  test("but not one that answers something else", async () => {
    server.echo = "success";
    await expect(newPush().configure({ url: server.url, token: TOKEN })).rejects.toThrow(/with the echostr/);
  });
});

test("sends a message three times to a server that does not answer, and once to one that does", async () => {
  const push = newPush();
  await push.configure({ url: server.url, token: TOKEN, aesKey: AES_KEY, format: "xml" });
  const before = server.received.length;
  server.status = undefined;
  await push.send({ Event: "debug_demo" });
  expect(server.received.slice(before).map(({ body }) => body)).toHaveLength(3);
  server.status = 500;
  await push.send({ Event: "debug_demo" });
  const [, , , last, ...more] = server.received.slice(before);
  expect(more).toEqual([]);
  expect(last).toMatchObject({
    type: "text/xml",
    body: expect.stringMatching(/^<xml><ToUserName>.*<Encrypt>/),
  });
});
