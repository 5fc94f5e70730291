import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { canBeRelayed, startWebhookRelay, type WebhookRelay } from "../../dev/webhook-relay.ts";
import type { OtherRequest } from "../../packages/cos-emulator/src/index.ts";
import { type Receiver, startReceiver } from "../life/receiver.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

let receiver: Receiver;
let relay: WebhookRelay;
const recorded: OtherRequest[] = [];
beforeAll(async () => {
  receiver = await startReceiver(SECRET);
  relay = await startWebhookRelay(`${receiver.url}?key=topsecret`, (request) => recorded.push(request));
});
afterAll(async () => {
  await relay.close();
  await receiver.close();
});
beforeEach(() => {
  recorded.length = 0;
});

function announce(headers: Record<string, string> = {}, key = "uploads/a.gif"): Promise<Response> {
  const body = JSON.stringify({ type: "upload.stored", data: { key } });
  const now = new Date();
  return fetch(relay.url, {
    method: "POST",
    redirect: "manual",
    headers: {
      "content-type": "application/json",
      "webhook-id": "msg_1",
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": new Webhook(SECRET).sign("msg_1", now, body),
      ...headers,
    },
    body,
  });
}

test("an announcement arrives unchanged, with a valid signature, and is in the list of requests", async () => {
  expect((await announce()).status).toBe(200);
  expect(receiver.forged).toBe(0);
  expect(receiver.of("uploads/a.gif")).toHaveLength(1);
  expect(recorded).toMatchObject([
    { service: "webhook", path: "/uploads", status: 200, action: "upload.stored uploads/a.gif" },
  ]);
  expect(JSON.stringify(recorded)).not.toContain("topsecret");
});

test.each([500, 302, 410])("the function gets the receiver's %d", async (status) => {
  receiver.answers.push(status);
  expect((await announce()).status).toBe(status);
  expect(recorded).toMatchObject([{ status, reason: expect.stringContaining(String(status)) }]);
});

test("a receiver that cuts the connection cuts the function's", async () => {
  receiver.answers.push("cut");
  await expect(announce()).rejects.toThrow();
  expect(recorded).toMatchObject([{ status: 0 }]);
});

test("attack: a web page can announce nothing, and nobody can send more than an announcement", async () => {
  const before = receiver.received.length;
  expect((await announce({ origin: "https://evil.example" })).status).toBe(403);
  expect((await announce({}, "k".repeat(300_000))).status).toBe(413);
  expect([receiver.received.length, recorded]).toEqual([before, []]);
});

test.each([
  ["https://example.com/uploads", true],
  ["http://127.0.0.1:8080/", true],
  ["http://localhost:8080", true],
  ["http://example.com/", false],
  ["ftp://127.0.0.1/", false],
  ["", false],
])("relays exactly the addresses that the functions accept: %s %s", (target, can) => {
  expect(canBeRelayed(target)).toBe(can);
});
