import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { png } from "../dev/page/png.ts";
import { MiniProgram, type PutAnswer } from "../upload/client.ts";
import { ask, logIn, startTestEmulator } from "../upload/emulator.ts";

const PNG = png([[[255, 0, 0]]]);

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: MiniProgram;
const users = new Map<string, Record<string, string>>();
beforeAll(async () => {
  // Keyless: whatever deploy/policies/objects.json does not allow is refused.
  emulator = await startTestEmulator({ triggers: true, keyless: true, environment: { UPLOAD_AUTH: "jwt" } });
  phone = new MiniProgram(emulator.caFile);
  for (const user of ["ann", "bob"]) {
    const authorization = `Bearer ${await logIn(emulator.url, user)}`;
    users.set(user, { authorization, "content-type": "application/json" });
  }
});
afterAll(() => emulator.close());

const send = (user: string, method: string, path: string, body?: object) =>
  fetch(emulator.url + path, {
    method,
    headers: users.get(user) ?? {},
    ...(body && { body: JSON.stringify(body) }),
  });

/** An accepted file with a name, which `uploaded` has recorded. */
async function accepted(user: string): Promise<string> {
  const headers = users.get(user) ?? {};
  const { json } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=png&name=diary.png`, { headers });
  expect((await phone.request("PUT", json.url, json.headers, PNG)).status).toBe(200);
  await expect.poll(() => emulator.store.get(`life/state/${json.cosKey}/ended`)).toBeDefined();
  return json.cosKey;
}

const segment = (key: string) => key.split("/")[1] ?? "";
const about = (text: string) => emulator.store.keys().filter((key) => key.includes(text));

async function store(key: string): Promise<void> {
  const draft = await emulator.store.receive(Readable.from([Buffer.from("{}")]), 10);
  const attributes = { contentType: "application/json", storageClass: "STANDARD", headers: {} };
  await draft.commit(key, attributes, { lastModified: Date.now(), ifAbsent: false });
}

describe("deleting", () => {
  test("one file leaves none of its records", async () => {
    const key = await accepted("ann");
    expect((await send("ann", "DELETE", `/objects?key=${key}`)).status).toBe(204);
    expect(about(key)).toEqual([]);
  });

  test("many files leaves none of their records, including those under pending/", async () => {
    const [first, second] = [await accepted("ann"), await accepted("ann")];
    const answer = await send("ann", "POST", "/objects/delete", { keys: [first, `pending/${second}`] });
    expect(await answer.json()).toEqual({
      objects: [
        { key: first, deleted: true },
        { key: `pending/${second}`, deleted: true },
      ],
    });
    expect([...about(first), ...about(second)]).toEqual([]);
  });

  test("everything leaves nothing of the user's, including unfinished uploads and their openid", async () => {
    const [key, other] = [await accepted("ann"), await accepted("bob")];
    const [ann, bob] = [segment(key), segment(other)];
    for (const user of [ann, bob]) {
      for (const place of [
        `life/users/${user}`,
        `rejected/uploads/${user}/1.png`,
        `pending/uploads/${user}/1.png`,
      ]) {
        await store(place);
      }
    }
    for (const user of ["ann", "bob"]) {
      expect((await send(user, "POST", "/multipart", { ext: "mp4", size: 1000 })).status).toBe(200);
    }
    const kept = about(bob);
    const answer = await send("ann", "POST", "/objects/delete", { all: true });
    expect([answer.status, await answer.json()]).toEqual([200, { deleted: 4, failed: [] }]);
    expect(about(ann)).toEqual([]);
    expect(about(bob)).toEqual(kept);
    const unfinished = [...emulator.store.uploads.ordered.from(() => false)].map(({ key: of }) =>
      segment(of),
    );
    expect(unfinished).toEqual([bob]);
  });
});
