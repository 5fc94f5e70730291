import { afterAll, beforeAll, expect, test } from "vitest";
import { MiniProgram, type PutAnswer } from "../upload/client.ts";
import { ask, startTestEmulator } from "../upload/emulator.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const SECRET = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;

let receiver: Receiver;
let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
beforeAll(async () => {
  receiver = await startReceiver(SECRET);
  emulator = await startTestEmulator({
    triggers: true,
    keyless: true,
    environment: { UPLOADED_WEBHOOK: receiver.url, WEBHOOK_SECRET: SECRET },
  });
});
afterAll(async () => {
  await emulator.close();
  await receiver.close();
});

test("the rights in life.json suffice for a file's whole life, and functions.json needs no more", async () => {
  const { json: answer } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=jpg`);
  expect((await new MiniProgram(emulator.caFile).put(answer, Buffer.from("no picture"))).status).toBe(200);
  await expect
    .poll(() => receiver.of(answer.cosKey).map(({ type }) => type))
    .toEqual(["upload.stored", "upload.rejected"]);
  const status = await ask<object>(`${emulator.url}/upload-status?key=${answer.cosKey}`);
  expect(status.json).toMatchObject({ state: "rejected", reason: "WrongContent" });
  expect(emulator.store.get(answer.cosKey)).toBeUndefined();
  // Without users, the key has no part for one.
  expect(receiver.of(answer.cosKey)[0]?.data).not.toHaveProperty("user");
});
