import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { png } from "../dev/page/png.ts";
import { MiniProgram, type PostAnswer, type PutAnswer } from "../upload/client.ts";
import { ask, startTestEmulator } from "../upload/emulator.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const PNG = png([[[255, 0, 0]]]);
const JPEG = Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex");

let receiver: Receiver;
let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: MiniProgram;
let token: string;
beforeAll(async () => {
  receiver = await startReceiver(SECRET);
  emulator = await startTestEmulator({
    triggers: true,
    retrySeconds: 1,
    environment: { UPLOAD_AUTH: "jwt", UPLOADED_WEBHOOK: receiver.url, WEBHOOK_SECRET: SECRET },
  });
  phone = new MiniProgram(emulator.caFile);
  token = await login("ann");
});
afterAll(async () => {
  await emulator.close();
  await receiver.close();
});
afterEach(() => {
  expect(receiver.forged).toBe(0);
  receiver.answers.length = 0;
});

async function login(user: string): Promise<string> {
  const { json } = await ask<{ token: string }>(`${emulator.url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: `user-${user}-${randomUUID()}` }),
  });
  return json.token;
}

const bearer = (as = token) => ({ headers: { authorization: `Bearer ${as}` } });

async function sign<T>(path: string): Promise<T> {
  const { status, json } = await ask<T>(`${emulator.url}${path}`, bearer());
  expect(status).toBe(200);
  return json;
}

/** Signs, and sends all that the answer says. */
async function put(query: string, file: Buffer): Promise<string> {
  const answer = await sign<PutAnswer>(`/put-sign?${query}`);
  const stored = await phone.request("PUT", answer.url, answer.headers, file);
  expect(stored.status).toBe(200);
  return answer.cosKey;
}

interface Status {
  readonly state?: string;
  readonly error?: { readonly code: string };
  readonly [name: string]: unknown;
}

async function statusOf(key: string, as = token): Promise<{ status: number; json: Status }> {
  return await ask<Status>(`${emulator.url}/upload-status?key=${encodeURIComponent(key)}`, bearer(as));
}

const typesOf = (key: string) => receiver.of(key).map(({ type }) => type);

async function announced(key: string, ...types: string[]): Promise<void> {
  await vi.waitFor(() => expect(typesOf(key)).toEqual(types), 8000);
}

describe("the life of a file", () => {
  test("it is stored, looked at, accepted and announced, with its name and the team's values", async () => {
    const name = "休假 café's.png";
    const query = new URLSearchParams({ ext: "png", name, "meta.order": "17", "meta.title": "图片 1" });
    const key = await put(String(query), PNG);
    await announced(key, "upload.stored", "upload.accepted");
    const [, user] = key.split("/");
    const { json } = await statusOf(key);
    expect(json).toEqual({
      key,
      state: "accepted",
      size: PNG.length,
      type: "image/png",
      etag: expect.stringMatching(/^[0-9a-f]{32}$/),
      storedAt: expect.any(Number),
    });
    const { state, ...rest } = json;
    for (const { data } of receiver.of(key)) {
      expect(data).toEqual({ ...rest, user, rule: "photo", name, meta: { order: "17", title: "图片 1" } });
    }
  });

  test("a POST carries the same", async () => {
    const query = new URLSearchParams({ ext: "jpg", name: "照片.jpg", "meta.title": "図" });
    const answer = await sign<PostAnswer>(`/post-policy?${query}`);
    expect((await phone.uploadFile(answer.url, answer.fields, JPEG)).status).toBe(200);
    await announced(answer.cosKey, "upload.stored", "upload.accepted");
    expect(receiver.of(answer.cosKey)[1]?.data).toMatchObject({ name: "照片.jpg", meta: { title: "図" } });
  });

  test("one without name and values is uploaded with the four fields of the contract", async () => {
    const answer = await sign<PutAnswer>("/put-sign?ext=jpg");
    expect((await phone.put(answer, JPEG)).status).toBe(200);
    await announced(answer.cosKey, "upload.stored", "upload.accepted");
    expect(receiver.of(answer.cosKey)[1]?.data).toMatchObject({ meta: {}, type: "application/json" });
  });
});

describe("what is not what it claims is removed, and said to be", () => {
  test.each([
    ["other bytes than the extension's", "ext=jpg", Buffer.from("MZ this is a program"), "WrongContent"],
    ["nothing in it", "ext=jpg", Buffer.alloc(0), "WrongContent"],
  ])("%s", async (_, query, file, reason) => {
    const key = await put(query, file);
    await announced(key, "upload.stored", "upload.rejected");
    expect(receiver.of(key)[1]?.data).toMatchObject({ reason });
    expect((await statusOf(key)).json).toMatchObject({ state: "rejected", reason, size: file.length });
    expect(emulator.store.get(key)).toBeUndefined();
  });

  test("a type that the rule does not have, sent by a form", async () => {
    const answer = await sign<PostAnswer>("/post-policy?ext=jpg");
    const fields = { ...answer.fields, "Content-Type": "text/html" };
    expect((await phone.uploadFile(answer.url, fields, JPEG)).status).toBe(200);
    await announced(answer.cosKey, "upload.stored", "upload.rejected");
    expect(receiver.of(answer.cosKey)[1]?.data).toMatchObject({ reason: "WrongType" });
    expect(emulator.store.get(answer.cosKey)).toBeUndefined();
  });
});
