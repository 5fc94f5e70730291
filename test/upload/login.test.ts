import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MiniProgram, type PutAnswer } from "./client.ts";
import { ask, startTestEmulator } from "./emulator.ts";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: MiniProgram;
beforeAll(async () => {
  emulator = await startTestEmulator({ environment: { UPLOAD_AUTH: "jwt" } });
  phone = new MiniProgram(emulator.caFile);
});
afterAll(() => emulator.close());

/** Exchanges wx.login's code for a token, as a Mini Program does. */
async function login(code: string): Promise<string> {
  const { json } = await ask<{ token: string }>(`${emulator.url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code }),
  });
  return json.token;
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test("login, signing, upload and reading back work offline", async () => {
  const token = await login("user-ann-1");
  const { json: answer } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=jpg`, bearer(token));
  const file = randomBytes(1000);
  expect((await phone.put(answer, file)).status).toBe(200);
  const { json } = await ask<{ url: string }>(
    `${emulator.url}/object-url?key=${answer.cosKey}`,
    bearer(token),
  );
  const response = await fetch(json.url.replace("https:", "http:"));
  expect(Buffer.from(await response.arrayBuffer()).equals(file)).toBe(true);
});

test("nothing is signed without a token", async () => {
  const { status, json } = await ask<{ error: { code: string } }>(`${emulator.url}/put-sign?ext=jpg`);
  expect([status, json.error.code]).toEqual([401, "TokenMissing"]);
});

test("one user cannot read another's upload", async () => {
  const { json: answer } = await ask<PutAnswer>(
    `${emulator.url}/put-sign?ext=jpg`,
    bearer(await login("user-ann-2")),
  );
  const { status, json } = await ask<{ error: { code: string } }>(
    `${emulator.url}/object-url?key=${answer.cosKey}`,
    bearer(await login("user-bob-1")),
  );
  expect([status, json.error.code]).toEqual([403, "KeyNotAllowed"]);
});
