import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MiniProgram, type PutAnswer } from "../upload/client.ts";
import { ask, logIn, startTestEmulator } from "../upload/emulator.ts";

/** What a user who is logged in may try against other users' files and against the functions' own records. */
let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let ann: Record<string, string>;
let bob: Record<string, string>;
let bobs: string;
let own: string;
beforeAll(async () => {
  emulator = await startTestEmulator({ triggers: false, environment: { UPLOAD_AUTH: "jwt" } });
  const phone = new MiniProgram(emulator.caFile);
  const as = async (user: string) => ({ authorization: `Bearer ${await logIn(emulator.url, user)}` });
  [ann, bob] = [await as("ann"), await as("bob")];
  const upload = async (headers: Record<string, string>) => {
    const { json } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=jpg`, { headers });
    expect((await phone.put(json, Buffer.from("hello"))).status).toBe(200);
    return json.cosKey;
  };
  [bobs, own] = [await upload(bob), await upload(ann)];
});
afterAll(() => emulator.close());

const annsFolder = () => own.slice(0, own.lastIndexOf("/"));

/** Keys that are not the caller's own, and texts that cannot be keys. */
const KEYS: readonly (readonly [string, () => string])[] = [
  ["another's", () => bobs],
  ["another's, percent-encoded twice", () => encodeURIComponent(bobs)],
  [
    "another's, with every byte encoded",
    () => [...Buffer.from(bobs)].map((b) => `%${b.toString(16)}`).join(""),
  ],
  ["another's, with a slash before it", () => `/${bobs}`],
  ["another's, with two slashes in it", () => bobs.replace("/", "//")],
  ["another's, in capitals", () => bobs.toUpperCase()],
  ["another's, by a path through the caller's folder", () => `${annsFolder()}/../../../${bobs}`],
  ["another's, with ./ before it", () => `./${bobs}`],
  ["another's, under pending/", () => `pending/${bobs}`],
  ["another's, under pending/ twice", () => `pending/pending/${own}`],
  ["another's, under rejected/", () => `rejected/${bobs}`],
  ["another's, after a NUL", () => `${own}\0${bobs}`],
  ["another's, after a line break", () => `${own}\r\nx: ${bobs}`],
  ["with U+FFFD in place of a folder", () => `uploads/\ufffd/20260101/a.jpg`],
  ["a record of a file's state", () => `life/state/${bobs}/ended`],
  ["a user's openid record", () => `life/users/${bobs.split("/")[1]}`],
  ["a wildcard for a user", () => "uploads/*/20260101/a.jpg"],
  ["with a full stop as a folder", () => "uploads/./20260101/a.jpg"],
  ["longer than any key", () => `${annsFolder()}/${"a".repeat(900)}.jpg`],
  ["of one character", () => "a"],
];

/** Ways to ask about a key; each must refuse it with 400 or 403. */
const WAYS: readonly (readonly [string, (key: string) => Promise<Response>])[] = [
  ["upload-status", (key) => get(`/upload-status?key=${escaped(key)}`)],
  ["object-url", (key) => get(`/object-url?key=${escaped(key)}`)],
  ["DELETE /objects", (key) => get(`/objects?key=${escaped(key)}`, "DELETE")],
  ["POST /objects/delete", (key) => post("/objects/delete", { keys: [key] })],
  ["GET /objects after", (key) => get(`/objects?details=true&after=${escaped(key)}`)],
  ["POST /objects/delete all, after", (key) => post("/objects/delete", { all: true, after: key })],
];

function escaped(key: string): string {
  return encodeURIComponent(key);
}

function get(path: string, method = "GET"): Promise<Response> {
  return fetch(emulator.url + path, { method, headers: ann });
}

function post(path: string, body: unknown): Promise<Response> {
  const headers = { ...ann, "content-type": "application/json" };
  return fetch(emulator.url + path, { method: "POST", headers, body: JSON.stringify(body) });
}

describe.each(WAYS)("attack: %s with a key that is", (_, ask) => {
  test.each(KEYS)("%s", async (_, key) => {
    const before = emulator.store.keys().length;
    const answer = await ask(key());
    const { error } = JSON.parse(await answer.text());
    expect([400, 403]).toContain(answer.status);
    expect(["InvalidParameter", "KeyNotAllowed"]).toContain(error?.code);
    expect(emulator.store.keys()).toHaveLength(before);
  });
});

test.each<[unknown]>([[[]], [[["a"]]], [{}], [{ key: "a" }], [0], [-1], [1e300], [true], [null], [""]])(
  "attack: %j instead of a key",
  async (value) => {
    for (const body of [{ keys: [value] }, { keys: value }, { all: true, after: value }, { all: value }]) {
      if (JSON.stringify(body) === '{"all":true,"after":""}' || JSON.stringify(body) === '{"all":true}')
        continue;
      const answer = await post("/objects/delete", body);
      expect([answer.status, JSON.parse(await answer.text()).error?.code]).toEqual([400, "InvalidParameter"]);
    }
  },
);

test("attack: the owner cannot use the key of a file's record, or one with an unpaired surrogate", async () => {
  for (const key of [`rejected/${own}`, `life/state/${own}/ended`, `${annsFolder()}/\ud800.jpg`]) {
    expect([400, 403]).toContain((await post("/objects/delete", { keys: [key] })).status);
  }
  for (const [path, method] of [
    ["upload-status", "GET"],
    ["object-url", "GET"],
    ["objects", "DELETE"],
  ] as const) {
    expect((await get(`/${path}?key=rejected/${own}`, method)).status).toBe(403);
    expect((await get(`/${path}?key=life/state/${own}/ended`, method)).status).toBe(403);
  }
});

test.each(["key[]=OWN", "key=OWN&key=OWN", "key[0]=OWN", "KEY=OWN", "key"])(
  "attack: ?%s is refused: not a key, or more than one",
  async (query) => {
    const filled = query.replaceAll("OWN", escaped(own));
    for (const [path, method] of [
      ["upload-status", "GET"],
      ["objects", "DELETE"],
    ] as const) {
      expect((await get(`/${path}?${filled}`, method)).status).toBe(400);
    }
  },
);

// A quotation mark is six characters in a policy, since STS takes its JSON percent-encoded.
test.each(["a", '"'])(
  "a key of the greatest length, of %j, is looked up and deleted without an error of ours",
  async (character) => {
    for (const length of [700, 790, 800, 801, 830, 842, 850]) {
      const key = `${annsFolder()}/`.padEnd(length - 4, character).concat(".jpg");
      expect([400, 404]).toContain((await get(`/upload-status?key=${escaped(key)}`)).status);
      expect((await get(`/objects?key=${escaped(key)}`, "DELETE")).status).toBe(204);
      expect(
        await (await post("/objects/delete", { keys: [key, `pending/${key}`.slice(0, 850)] })).json(),
      ).toMatchObject({ objects: [{ deleted: true }, { deleted: true }] });
    }
  },
);

describe("attack: a forged event starts uploaded", () => {
  const record = (key: unknown) => ({
    Records: [{ cos: { cosObject: { key, meta: { "x-cos-request-id": 7 } } } }],
  });
  const place = "/1250000000/uploads/";

  test.each<[string, () => unknown]>([
    ["with a list as a key", () => record([`${place}${bobs}`])],
    ["with an object as a key", () => record({ toString: bobs })],
    ["with a number as a key", () => record(7)],
    ["with an undefined key", () => record(undefined)],
    [
      "without records",
      () => ({ Records: [null, 1, "x", [], {}, { cos: null }, { cos: { cosObject: [] } }] }),
    ],
    ["with a NUL", () => record(`${place}${bobs}\0`)],
    ["with an unpaired surrogate", () => record(`${place}uploads/\ud800/20260101/a.jpg`)],
    ["with a broken escape", () => record(`${place}uploads/%zz/20260101/a.jpg`)],
    ["with a path out of its prefix", () => record(`${place}../life/users/a`)],
    ["for one of this project's own records", () => record(`${place}life/state/${bobs}/ended`)],
    ["for a file under rejected/", () => record(`${place}rejected/${bobs}`)],
    ["for a file under pending/ twice", () => record(`${place}pending/pending/${bobs}`)],
    [
      "for a key that leaves no room for a record",
      () => record(`${place}${annsFolder()}/${"a".repeat(800)}.jpg`),
    ],
    ["for a key as long as an event", () => record(`${place}${"a/".repeat(60_000)}`)],
  ])("%s", async (_, event) => {
    const before = emulator.store.keys();
    const { outcome } = (await emulator.functions.get("uploaded")?.invoke(event() as object)) ?? {};
    expect(outcome).toMatchObject({ ok: true });
    expect(emulator.store.keys()).toEqual(before);
  });
});
