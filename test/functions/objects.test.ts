import { createHash, randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { MiniProgram, type PutAnswer } from "../upload/client.ts";
import { ask, logIn, startTestEmulator } from "../upload/emulator.ts";

interface Listed {
  readonly objects: readonly { key: string; size: number; lastModified: string; etag: string }[];
  readonly next?: string;
}

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: MiniProgram;
let ann: Record<string, string>;
let bob: Record<string, string>;
beforeAll(async () => {
  emulator = await startTestEmulator({ environment: { UPLOAD_AUTH: "jwt" } });
  phone = new MiniProgram(emulator.caFile);
  ann = { authorization: `Bearer ${await logIn(emulator.url, "ann")}` };
  bob = { authorization: `Bearer ${await logIn(emulator.url, "bob")}` };
});
afterAll(() => emulator.close());
afterEach(() => emulator.store.clear());

async function upload(headers: Record<string, string>, query = "ext=jpg", body = "hello"): Promise<string> {
  const { json } = await ask<PutAnswer>(`${emulator.url}/put-sign?${query}`, { headers });
  expect((await phone.put(json, Buffer.from(body))).status).toBe(200);
  return json.cosKey;
}

/** This many uploads, in the order of their keys. */
async function uploads(count: number, headers: Record<string, string>, query?: string): Promise<string[]> {
  return (await Promise.all(Array.from({ length: count }, () => upload(headers, query)))).sort();
}

const list = (headers: Record<string, string>, query = "") =>
  ask<Listed>(`${emulator.url}/objects${query}`, { headers });

const post = <T>(headers: Record<string, string>, body: unknown) =>
  ask<T>(`${emulator.url}/objects/delete`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

const remove = (headers: Record<string, string>, key: string) =>
  fetch(`${emulator.url}/objects?key=${encodeURIComponent(key)}`, { method: "DELETE", headers });

const codeOf = (json: unknown) => Object(json).error?.code;
const keysOf = ({ objects }: Listed) => objects.map(({ key }) => key);

describe("GET /objects", () => {
  test("lists the caller's uploads under every rule, and nobody else's", async () => {
    const avatar = await upload(ann, "ext=png&rule=avatar", "me");
    const photo = await upload(ann);
    await upload(bob);
    const { status, json } = await list(ann);
    expect(status).toBe(200);
    expect(json).toEqual({
      objects: [
        { key: avatar, size: 2, lastModified: expect.any(String), etag: expect.any(String) },
        {
          key: photo,
          size: 5,
          lastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          // MD5 of "hello".
          etag: "5d41402abc4b2a76b9719d911017c592",
        },
      ],
    });
  });

  test("returns one page at a time, across the prefixes of several rules", async () => {
    const keys = [...(await uploads(3, ann, "ext=png&rule=avatar")), ...(await uploads(4, ann))];
    for (const limit of [1, 2, 3, 4, 7]) {
      const seen: string[] = [];
      let after: string | undefined = "";
      while (after !== undefined) {
        const page: Listed = (await list(ann, `?limit=${limit}&after=${after}`)).json;
        expect(page.objects.length).toBeLessThanOrEqual(limit);
        seen.push(...keysOf(page));
        after = page.next;
      }
      expect(seen).toEqual(keys);
    }
  });

  test("returns an empty list to a user with no files", async () => {
    expect((await list(ann)).json).toEqual({ objects: [] });
  });

  test.each([
    ["limit=0", "InvalidParameter"],
    ["limit=1001", "InvalidParameter"],
    ["limit=1e2", "InvalidParameter"],
    ["limit=1&limit=2", "InvalidParameter"],
    ["prefix=uploads/", "InvalidParameter"],
    ["after=a&after=b", "InvalidParameter"],
    ["after=uploads%2F..%2Fx", "InvalidParameter"],
  ])("refuses ?%s", async (query, code) => {
    const { status, json } = await list(ann, `?${query}`);
    expect([status, codeOf(json)]).toEqual([400, code]);
  });

  test("attack: a page that starts at another user's key is refused", async () => {
    const { status, json } = await list(ann, `?after=${await upload(bob)}`);
    expect([status, codeOf(json)]).toEqual([403, "KeyNotAllowed"]);
  });

  describe("with details=true", () => {
    const details = async (headers: Record<string, string>, query = "") =>
      await list(headers, `?details=true${query}`);

    test("returns each object's type, name and values as the webhook does", async () => {
      const query = new URLSearchParams({ ext: "png", name: "休假 café's.png", "meta.title": "图片 1" });
      const { json: answer } = await ask<PutAnswer>(`${emulator.url}/put-sign?${query}`, { headers: ann });
      expect((await phone.request("PUT", answer.url, answer.headers, Buffer.from("hello"))).status).toBe(200);
      const plain = await upload(ann);
      await upload(bob);
      const { objects } = (await list(ann)).json;
      expect((await details(ann)).json.objects).toEqual(
        objects.map((listed) => ({
          ...listed,
          ...(listed.key === plain
            ? { type: "application/json", meta: {} }
            : { type: "image/png", name: "休假 café's.png", meta: { title: "图片 1" } }),
        })),
      );
      expect(objects).toHaveLength(2);
    });

    test("has the same pages as without details", async () => {
      const keys = await uploads(3, ann);
      const first = (await details(ann, "&limit=2")).json;
      expect([keysOf(first), first.next]).toEqual([keys.slice(0, 2), keys[1]]);
      expect(keysOf((await details(ann, `&limit=2&after=${first.next}`)).json)).toEqual(keys.slice(2));
    });

    test("says of a file that is encrypted with its uploader's key that it is unreadable, among the others", async () => {
      const plain = await upload(ann);
      const { json: answer } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=jpg`, { headers: ann });
      const key = randomBytes(32);
      const customersKey = {
        "x-cos-server-side-encryption-customer-algorithm": "AES256",
        "x-cos-server-side-encryption-customer-key": key.toString("base64"),
        "x-cos-server-side-encryption-customer-key-MD5": createHash("md5").update(key).digest("base64"),
      };
      const headers = { ...answer.headers, ...customersKey };
      expect((await phone.request("PUT", answer.url, headers, Buffer.from("hello"))).status).toBe(200);
      const { objects } = (await list(ann)).json;
      expect((await details(ann)).json.objects).toEqual(
        objects.map((listed) => ({
          ...listed,
          ...(listed.key === plain ? { type: "application/json", meta: {} } : { unreadable: true }),
        })),
      );
      const status = await ask<object>(`${emulator.url}/upload-status?key=${answer.cosKey}`, {
        headers: ann,
      });
      const nothing = { size: 0, type: "", etag: "", storedAt: 0 };
      expect(status.json).toEqual({ key: answer.cosKey, state: "stored", ...nothing });
    });

    test.each(["&limit=101", "&details=true", "&details=false"])("refuses ?details=true%s", async (query) => {
      const { status, json } = await details(ann, query);
      expect([status, codeOf(json)]).toEqual([400, "InvalidParameter"]);
    });

    test("looks at up to a hundred objects, and says so", async () => {
      const { json } = await details(ann, "&limit=101");
      expect(Object(json).error.message).toContain("from 1 to 100 with details=true");
      expect((await list(ann, "?details=yes")).status).toBe(400);
    });
  });

  test("refuses callers without a token", async () => {
    const { status, json } = await list({});
    expect([status, codeOf(json)]).toEqual([401, "TokenMissing"]);
  });
});

describe("DELETE /objects", () => {
  test("deletes one object; deleting it again succeeds too", async () => {
    const [first, second] = await uploads(2, ann);
    for (const _ of [1, 2]) {
      const answer = await remove(ann, first ?? "");
      expect([answer.status, await answer.text()]).toEqual([204, ""]);
    }
    expect(keysOf((await list(ann)).json)).toEqual([second]);
  });

  test("attack: another user's object is not deleted, with or without a token", async () => {
    const key = await upload(bob);
    const answer = await remove(ann, key);
    expect([answer.status, codeOf(await answer.json())]).toEqual([403, "KeyNotAllowed"]);
    expect(keysOf((await list(bob)).json)).toEqual([key]);
  });

  test.each([["?key="], [""], ["?key=a%2F..%2Fb"], ["?key=a&key=b"], ["?key=a&x=1"]])(
    "refuses DELETE /objects%s",
    async (query) => {
      const answer = await fetch(`${emulator.url}/objects${query}`, { method: "DELETE", headers: ann });
      expect([answer.status, codeOf(await answer.json())]).toEqual([400, "InvalidParameter"]);
    },
  );
});

describe("POST /objects/delete", () => {
  test("deletes many objects of several rules, and reports on each", async () => {
    const keys = [...(await uploads(2, ann, "ext=png&rule=avatar")), ...(await uploads(3, ann))];
    const kept = keys.pop();
    const gone = `${keys[2]}x`;
    const { status, json } = await post(ann, { keys: [...keys, gone] });
    expect(status).toBe(200);
    expect(json).toEqual({ objects: [...keys, gone].map((key) => ({ key, deleted: true })) });
    expect(keysOf((await list(ann)).json)).toEqual([kept]);
  });

  test("deletes a thousand keys at once", async () => {
    const key = await upload(ann);
    const keys = [key, ...Array.from({ length: 999 }, (_, i) => `${key}${i}`)];
    const { status, json } = await post<{ objects: unknown[] }>(ann, { keys });
    expect([status, json.objects.length]).toEqual([200, 1000]);
    expect((await post(ann, { keys: [...keys, `${key}-`] })).status).toBe(400);
    expect((await list(ann)).json.objects).toEqual([]);
  });

  test("deletes keys with characters that are special in XML", async () => {
    const key = await upload(ann);
    const odd = `${key.slice(0, key.lastIndexOf("/"))}/a&b<c>"d'.jpg`;
    expect((await post(ann, { keys: [odd] })).json).toEqual({ objects: [{ key: odd, deleted: true }] });
  });

  test("attack: with another user's key in the list, nothing is deleted", async () => {
    const [own, other] = [await upload(ann), await upload(bob)];
    const { status, json } = await post<{ error: object }>(ann, { keys: [own, other] });
    expect(status).toBe(403);
    expect(json.error).toMatchObject({ code: "KeyNotAllowed", index: 1 });
    expect(keysOf((await list(ann)).json)).toEqual([own]);
    expect(keysOf((await list(bob)).json)).toEqual([other]);
  });

  test("all: deletes everything of the caller's, and nothing of anyone else's", async () => {
    await uploads(3, ann);
    await upload(ann, "ext=png&rule=avatar");
    const other = await upload(bob);
    expect((await post(ann, { all: true })).json).toEqual({ deleted: 4, failed: [] });
    expect((await post(ann, { all: true })).json).toEqual({ deleted: 0, failed: [] });
    expect((await list(ann)).json.objects).toEqual([]);
    expect(keysOf((await list(bob)).json)).toEqual([other]);
  });

  test("all: continues where it stopped", async () => {
    const [first, second, third] = await uploads(3, ann);
    expect((await post(ann, { all: true, after: first })).json).toEqual({ deleted: 2, failed: [] });
    expect(keysOf((await list(ann)).json)).toEqual([first]);
    expect([second, third]).not.toContain(undefined);
  });

  test.each([
    [{}],
    [{ keys: [] }],
    [{ keys: "a" }],
    [{ keys: [1] }],
    [{ keys: [""] }],
    [{ all: "true" }],
    [{ all: false }],
    [{ all: true, keys: [] }],
    [{ keys: ["a"], after: "b" }],
    [{ all: true, after: 1 }],
    [{ all: true, user: "bob" }],
  ])("refuses %j and deletes nothing", async (body) => {
    const key = await upload(ann);
    const { status, json } = await post(ann, body);
    expect([status, codeOf(json)]).toEqual([400, "InvalidParameter"]);
    expect(keysOf((await list(ann)).json)).toEqual([key]);
  });
});

test("refuses other paths and methods by name", async () => {
  const answer = await fetch(`${emulator.url}/objects/delete`, { headers: ann });
  expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  const preflight = await fetch(`${emulator.url}/objects`, { method: "OPTIONS" });
  expect(preflight.headers.get("allow")).toBe("GET, HEAD, DELETE, OPTIONS");
});
