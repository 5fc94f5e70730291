import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createUploader, type Endpoint, type FunctionName } from "../../../packages/uploader/src/index.ts";
import { createSession } from "../../../packages/uploader/src/session.ts";
import { startTestEmulator } from "../../upload/emulator.ts";
import { cloneProject, readRehearsalFile } from "../scf-component/command-line.ts";
import { createWx } from "./wx.ts";

const PHOTO = "wxfile://tmp/photo.jpg";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let clone: Awaited<ReturnType<typeof cloneProject>>;

beforeAll(async () => {
  emulator = await startTestEmulator();
  clone = await cloneProject();
});
afterAll(async () => {
  await emulator.close();
  await clone.remove();
});

/** What a user pastes from the output of `npm run deploy`. */
function pasted(output: string): Endpoint {
  const [, text = ""] = /export const ENDPOINT = (\{[^}]*\})/.exec(output) ?? [];
  return JSON.parse(text.replace(/,\s*\}$/, "}"));
}

test("the config.ts that a plain deploy prints leads the client and its session to the deployed functions", async () => {
  const rehearsal = await readRehearsalFile(emulator.rehearsalFile);
  const { output } = await clone.deploy([], { ...rehearsal, WX_PUSH_TOKEN: "anything" });
  const endpoint = pasted(output);
  const asked: readonly FunctionName[] = [
    "put-sign",
    "post-policy",
    "multipart",
    "upload-status",
    "objects",
    "login",
    "object-url",
  ];
  expect(Object.keys(endpoint)).toEqual(expect.arrayContaining([...asked]));
  expect(Object.keys(endpoint)).not.toContain("wechat-push");
  expect(new Set(Object.values(endpoint)).size).toBe(Object.keys(endpoint).length);

  const ca = readFileSync(emulator.caFile, "utf8");
  const phone = createWx({ files: new Map([[PHOTO, Buffer.from("the bytes of a photo")]]), ca });
  phone.loginCodes.push("a-code");
  vi.stubGlobal("wx", phone.wx);
  const session = createSession(endpoint);
  await session.logIn();
  const { key } = await createUploader({ endpoint, getToken: session.getToken }).upload(PHOTO);
  expect(await session.viewUrl(key)).toContain(key);
});
