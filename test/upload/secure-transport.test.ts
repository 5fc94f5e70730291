import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { https } from "../tools/https/support.ts";
import { MiniProgram, type PostAnswer, type PutAnswer } from "./client.ts";
import { ask, startTestEmulator } from "./emulator.ts";

const FILE = randomBytes(1000);

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
beforeAll(async () => {
  emulator = await startTestEmulator({ strictTransport: true });
});
afterAll(() => emulator.close());

const answerOf = async <T>(path: string) => (await ask<T>(`${emulator.url}/${path}`)).json;

/** The upload as answered, but over plain HTTP. */
async function inTheClear(
  url: string,
  init: RequestInit,
): Promise<{ status: number; code: string | undefined; reason: string | null }> {
  const response = await fetch(url.replace(/^https:/, "http:"), init);
  return {
    status: response.status,
    code: /<Code>(\w+)</.exec(await response.text())?.[1],
    reason: response.headers.get("x-emulator-reason"),
  };
}

describe("what the functions sign is valid only over HTTPS:", () => {
  test("a PUT over plain HTTP is refused with 403 AccessDenied, the same over HTTPS accepted", async () => {
    const answer = await answerOf<PutAnswer>("put-sign?ext=jpg");
    const refused = await inTheClear(answer.url, { method: "PUT", headers: answer.headers, body: FILE });
    expect(refused).toEqual({
      status: 403,
      code: "AccessDenied",
      reason: 'condition bool_equal cos:secure-transport requires "true", but the request has "false"',
    });
    expect((await new MiniProgram(emulator.caFile).put(answer, FILE)).status).toBe(200);
  });

  test("so is a POST", async () => {
    const answer = await answerOf<PostAnswer>("post-policy?ext=jpg");
    const form = new FormData();
    for (const [name, value] of Object.entries(answer.fields)) form.append(name, value);
    form.append("file", new Blob([FILE]), "photo.jpg");
    expect(await inTheClear(answer.url, { method: "POST", body: form })).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
    const upload = await new MiniProgram(emulator.caFile).uploadFile(answer.url, answer.fields, FILE);
    expect(upload.status).toBe(200);
  });
});

test("npm run https -- force, configured by the emulator's own file, allows only uploads over HTTPS", async () => {
  const command = (...args: string[]) =>
    https(["--env-file", emulator.rehearsalFile, ...args], { directory: emulator.dataDirectory });
  expect((await command("status", "--json")).status("https.policy")).toBe("fail");
  expect(await command("force", "-y")).toMatchObject({ code: 0, errors: "" });
  const outcome = await command("status", "--json");
  expect([outcome.code, outcome.status("https.policy"), outcome.status("https.plain")]).toEqual([
    0,
    "pass",
    "pass",
  ]);
  const answer = await answerOf<PutAnswer>("put-sign?ext=jpg");
  expect((await new MiniProgram(emulator.caFile).put(answer, FILE)).status).toBe(200);
  expect(await command("unforce", "-y")).toMatchObject({ code: 0 });
});
