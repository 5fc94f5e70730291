import { afterAll, beforeAll, expect, test } from "vitest";
import { MiniProgram, type PutAnswer } from "../upload/client.ts";
import { ask, startTestEmulator } from "../upload/emulator.ts";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
beforeAll(async () => {
  emulator = await startTestEmulator({ triggers: true });
});
afterAll(() => emulator.close());

test("without a webhook, a file of the wrong kind is removed, and its state and the log say why", async () => {
  const { json: answer } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=jpg`);
  expect((await new MiniProgram(emulator.caFile).put(answer, Buffer.from("no picture"))).status).toBe(200);
  await expect.poll(() => emulator.store.get(answer.cosKey)).toBeUndefined();
  const { json } = await ask<object>(`${emulator.url}/upload-status?key=${answer.cosKey}`);
  expect(json).toMatchObject({ state: "rejected", reason: "WrongContent", size: 10 });
  await expect.poll(() => emulator.lines.join("\n")).toContain('"objects":"rejected: WrongContent"');
});
