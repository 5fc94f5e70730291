import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MiniProgram, type PutAnswer } from "./client.ts";
import { ask, startTestEmulator } from "./emulator.ts";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
beforeAll(async () => {
  emulator = await startTestEmulator({ strictSignature: true });
});
afterAll(() => emulator.close());

async function upload(query: string): Promise<{ status: number; code: string | undefined }> {
  const { json } = await ask<PutAnswer>(`${emulator.url}/put-sign?${query}`);
  return new MiniProgram(emulator.caFile).request(json.method, json.url, json.headers, randomBytes(1000));
}

test("a bucket that requires content-type and content-length to be signed accepts an upload that fixes both", async () => {
  expect((await upload("ext=jpg&type=image/jpeg&size=1000")).status).toBe(200);
});

test.each(["ext=jpg", "ext=jpg&type=image/jpeg", "ext=jpg&size=1000"])(
  "and refuses one that asked with ?%s",
  async (query) => {
    expect(await upload(query)).toMatchObject({ status: 403, code: "AccessDenied" });
  },
);
