import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MiniProgram, type PostAnswer, type PutAnswer } from "./client.ts";
import { ask, startTestEmulator } from "./emulator.ts";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: MiniProgram;
beforeAll(async () => {
  emulator = await startTestEmulator({ keyless: true });
  phone = new MiniProgram(emulator.caFile);
});
afterAll(() => emulator.close());

test("with the function's role and no permanent key, uploads work by PUT and by POST", async () => {
  const put = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=jpg`);
  expect((await phone.put(put.json, randomBytes(1000))).status).toBe(200);
  const post = await ask<PostAnswer>(`${emulator.url}/post-policy?ext=jpg`);
  expect((await phone.post(post.json, randomBytes(1000))).status).toBe(200);
  expect(emulator.lines.filter((line) => line.startsWith("sts AssumeRole ok"))).toHaveLength(2);
});

test("the role's session policy limits to the one key as well", async () => {
  const { json } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=jpg&rule=avatar`);
  const tooLarge = await phone.put(json, Buffer.alloc(json.maxBytes + 1));
  expect([tooLarge.status, tooLarge.code]).toEqual([403, "AccessDenied"]);
});

test("a role that does not exist is the service's own trouble, named in the log", async () => {
  const other = await startTestEmulator({
    keyless: true,
    environment: { COS_ROLE_ARN: "qcs::cam::uin/100000000001:roleName/nobody" },
  });
  const { status, json } = await ask<{ error: { code: string } }>(`${other.url}/put-sign?ext=jpg`);
  await other.close();
  expect([status, json.error.code]).toEqual([500, "CredentialsDenied"]);
  expect(other.lines.join("\n")).toContain('"stsCode":"ResourceNotFound.RoleNotFound"');
});

test("a function without an execution role says so in its log", async () => {
  const other = await startTestEmulator({
    environment: {
      COS_ROLE_ARN: "qcs::cam::uin/100000000001:roleName/cos-upload",
      COS_SECRET_ID: "",
      COS_SECRET_KEY: "",
    },
  });
  const { status } = await ask(`${other.url}/put-sign?ext=jpg`);
  await other.close();
  expect(status).toBe(500);
  expect(other.lines.join("\n")).toContain("the function has no execution role");
});
