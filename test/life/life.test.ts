import { createHash, randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { png } from "../dev/page/png.ts";
import { MiniProgram, type PostAnswer, type PutAnswer } from "../upload/client.ts";
import { ask, configureBucket, logIn, startTestEmulator, versioning } from "../upload/emulator.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const PNG = png([[[255, 0, 0]]]);
const JPEG = Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex");

let receiver: Receiver;
let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: MiniProgram;
let token: string;
beforeAll(async () => {
  receiver = await startReceiver(SECRET);
  emulator = await startTestEmulator({
    triggers: true,
    retrySeconds: 1,
    environment: { UPLOAD_AUTH: "jwt", UPLOADED_WEBHOOK: receiver.url, WEBHOOK_SECRET: SECRET },
  });
  phone = new MiniProgram(emulator.caFile);
  token = await logIn(emulator.url, "ann");
});
afterAll(async () => {
  await emulator.close();
  await receiver.close();
});
afterEach(() => {
  expect(receiver.forged).toBe(0);
  receiver.answers.length = 0;
  emulator.clock.reset();
});

const bearer = (as = token) => ({ headers: { authorization: `Bearer ${as}` } });

async function sign<T>(path: string): Promise<T> {
  const { status, json } = await ask<T>(`${emulator.url}${path}`, bearer());
  expect(status).toBe(200);
  return json;
}

/** Asks for a signature and sends all that the answer says. */
async function put(query: string, file: Buffer): Promise<string> {
  const answer = await sign<PutAnswer>(`/put-sign?${query}`);
  const stored = await phone.request("PUT", answer.url, answer.headers, file);
  expect(stored.status).toBe(200);
  return answer.cosKey;
}

interface Status {
  readonly state?: string;
  readonly error?: { readonly code: string };
  readonly [name: string]: unknown;
}

async function statusOf(key: string, as = token): Promise<{ status: number; json: Status }> {
  return await ask<Status>(`${emulator.url}/upload-status?key=${encodeURIComponent(key)}`, bearer(as));
}

const KEY = randomBytes(32);
const CUSTOMER_KEY = {
  "x-cos-server-side-encryption-customer-algorithm": "AES256",
  "x-cos-server-side-encryption-customer-key": KEY.toString("base64"),
  "x-cos-server-side-encryption-customer-key-MD5": createHash("md5").update(KEY).digest("base64"),
};

const typesOf = (key: string) => receiver.of(key).map(({ type }) => type);

async function announced(key: string, ...types: string[]): Promise<void> {
  await expect.poll(() => typesOf(key)).toEqual(types);
}

describe("a file", () => {
  test("is stored, checked, accepted and announced, with its name and the team's values", async () => {
    const name = "休假 café's.png";
    const query = new URLSearchParams({ ext: "png", name, "meta.order": "17", "meta.title": "图片 1" });
    const key = await put(String(query), PNG);
    await announced(key, "upload.stored", "upload.accepted");
    const [, user] = key.split("/");
    const { json } = await statusOf(key);
    expect(json).toEqual({
      key,
      state: "accepted",
      size: PNG.length,
      type: "image/png",
      etag: expect.stringMatching(/^[0-9a-f]{32}$/),
      storedAt: expect.any(Number),
    });
    const { state, ...rest } = json;
    for (const { data } of receiver.of(key)) {
      expect(data).toEqual({ ...rest, user, rule: "photo", name, meta: { order: "17", title: "图片 1" } });
    }
  });

  test("uploaded by POST has the same", async () => {
    const query = new URLSearchParams({ ext: "jpg", name: "照片.jpg", "meta.title": "図" });
    const answer = await sign<PostAnswer>(`/post-policy?${query}`);
    expect((await phone.uploadFile(answer.url, answer.fields, JPEG)).status).toBe(200);
    await announced(answer.cosKey, "upload.stored", "upload.accepted");
    expect(receiver.of(answer.cosKey)[1]?.data).toMatchObject({ name: "照片.jpg", meta: { title: "図" } });
  });

  test("without name and values is uploaded with the four fields of the contract", async () => {
    const answer = await sign<PutAnswer>("/put-sign?ext=jpg");
    expect((await phone.put(answer, JPEG)).status).toBe(200);
    await announced(answer.cosKey, "upload.stored", "upload.accepted");
    expect(receiver.of(answer.cosKey)[1]?.data).toMatchObject({ meta: {}, type: "application/json" });
  });
});

describe("a file that is not what it claims is removed, and this is announced:", () => {
  test("bytes that its Content-Encoding, an unsigned header, makes others", async () => {
    const { url, headers, cosKey } = await sign<PutAnswer>("/put-sign?ext=png");
    const stored = await phone.request("PUT", url, { ...headers, "content-encoding": "br" }, PNG);
    expect(stored.status).toBe(200);
    await announced(cosKey, "upload.stored", "upload.rejected");
    expect(receiver.of(cosKey)[1]?.data).toMatchObject({ reason: "WrongContent" });
    expect(receiver.of(cosKey)[1]?.data).not.toHaveProperty("encoding");
  });

  test.each([
    ["other bytes than the extension's", "ext=jpg", Buffer.from("MZ this is a program"), "WrongContent"],
    ["an empty file", "ext=jpg", Buffer.alloc(0), "WrongContent"],
  ])("%s", async (_, query, file, reason) => {
    const key = await put(query, file);
    await announced(key, "upload.stored", "upload.rejected");
    expect(receiver.of(key)[1]?.data).toMatchObject({ reason });
    expect((await statusOf(key)).json).toMatchObject({ state: "rejected", reason, size: file.length });
    expect(emulator.store.get(key)).toBeUndefined();
  });

  test("a file encrypted with its uploader's key, by PUT or in a form, with an extension that is checked or not", async () => {
    for (const ext of ["jpg", "txt"]) {
      const put = await sign<PutAnswer>(`/put-sign?ext=${ext}`);
      const { url, headers } = put;
      expect((await phone.request("PUT", url, { ...headers, ...CUSTOMER_KEY }, JPEG)).status).toBe(200);
      const post = await sign<PostAnswer>(`/post-policy?ext=${ext}`);
      const fields = { ...post.fields, ...CUSTOMER_KEY };
      expect((await phone.uploadFile(post.url, fields, JPEG)).status).toBe(200);
      for (const { cosKey } of [put, post]) {
        await announced(cosKey, "upload.stored", "upload.rejected");
        expect(receiver.of(cosKey)[1]?.data).toMatchObject({ reason: "Unreadable" });
        expect((await statusOf(cosKey)).json).toMatchObject({ state: "rejected", reason: "Unreadable" });
        expect(emulator.store.get(cosKey)).toBeUndefined();
      }
    }
  });

  test("a file that a form stored in the archive, with an extension that is checked or not", async () => {
    for (const ext of ["jpg", "txt"]) {
      const answer = await sign<PostAnswer>(`/post-policy?ext=${ext}`);
      const fields = { ...answer.fields, "x-cos-storage-class": "ARCHIVE" };
      expect((await phone.uploadFile(answer.url, fields, JPEG)).status).toBe(200);
      await announced(answer.cosKey, "upload.stored", "upload.rejected");
      expect(receiver.of(answer.cosKey)[1]?.data).toMatchObject({ reason: "Unreadable", size: JPEG.length });
      expect(emulator.store.get(answer.cosKey)).toBeUndefined();
    }
  });

  test("a type that the rule does not have, sent by a form", async () => {
    const answer = await sign<PostAnswer>("/post-policy?ext=jpg");
    const fields = { ...answer.fields, "Content-Type": "text/html" };
    expect((await phone.uploadFile(answer.url, fields, JPEG)).status).toBe(200);
    await announced(answer.cosKey, "upload.stored", "upload.rejected");
    expect(receiver.of(answer.cosKey)[1]?.data).toMatchObject({ reason: "WrongType" });
    expect(emulator.store.get(answer.cosKey)).toBeUndefined();
  });
});

describe("whatever goes wrong, the outcome is right:", () => {
  const count = (key: string, type: string) => typesOf(key).filter((one) => one === type).length;

  test.each<[string, (number | "never" | "cut")[]]>([
    ["answers 500 to the first announcement", [500]],
    ["answers 500 to the second", [200, 503]],
    ["redirects", [302]],
    ["hangs up", ["cut"]],
    ["never answers", ["never"]],
  ])("a webhook that %s is called again, under the same id, until it succeeds", async (_, answers) => {
    receiver.answers.push(...answers);
    const key = await put("ext=png", PNG);
    await expect.poll(() => count(key, "upload.accepted")).toBeGreaterThan(answers.length - 1);
    await expect.poll(async () => (await statusOf(key)).json.state).toBe("accepted");
    const told = receiver.of(key);
    expect(told.length).toBe(2 + 1);
    expect(new Set(told.map(({ id }) => id)).size).toBe(2);
    expect(told.at(-1)?.type).toBe("upload.accepted");
  });

  /** Waits until `uploaded` has decided on the file. */
  async function finished(key: string): Promise<void> {
    const ends = (line: string) =>
      line.includes(key) && line.includes('"code":"OK"') && line.includes('"objects"');
    await expect.poll(() => emulator.lines.some(ends)).toBe(true);
  }

  /** The event that COS would send for an object, again or late. */
  function eventOf(key: string): object {
    const path = `/1250000000/uploads/${key}`;
    const requestHeaders = { Authorization: "q-sign-algorithm=sha1&q-ak=never-to-be-logged" };
    return {
      Records: [
        {
          cos: { cosObject: { key: path, meta: { "x-cos-request-id": "NjQ=" }, size: 1 } },
          event: { eventName: "cos:ObjectCreated:*", requestParameters: { requestHeaders } },
        },
      ],
    };
  }

  async function deliver(event: object): Promise<unknown> {
    const { outcome } = (await emulator.functions.get("uploaded")?.invoke(event)) ?? {};
    return outcome;
  }

  test("an event that comes twice, even at once, announces nothing twice", async () => {
    const key = await put("ext=png", PNG);
    await announced(key, "upload.stored", "upload.accepted");
    await finished(key);
    await Promise.all([deliver(eventOf(key)), deliver(eventOf(key))]);
    expect(typesOf(key)).toEqual(["upload.stored", "upload.accepted"]);
  });

  test("an event that comes after the file was deleted does nothing", async () => {
    const key = await put("ext=png", PNG);
    await announced(key, "upload.stored", "upload.accepted");
    await emulator.store.delete(key);
    expect(await deliver(eventOf(key))).toMatchObject({ ok: true });
    expect(typesOf(key)).toEqual(["upload.stored", "upload.accepted"]);
    const { status, json } = await statusOf(key);
    expect([status, json.error?.code]).toEqual([404, "ObjectNotFound"]);
  });

  test("a file that was rejected and removed is announced once, even if its event comes again", async () => {
    receiver.answers.push(200, 500);
    const key = await put("ext=jpg", Buffer.from("no picture"));
    await announced(key, "upload.stored", "upload.rejected", "upload.rejected");
    const ids = receiver.of(key).map(({ id }) => id);
    expect(ids[1]).toBe(ids[2]);
    await finished(key);
    await deliver(eventOf(key));
    expect(typesOf(key)).toHaveLength(3);
    expect((await statusOf(key)).json.state).toBe("rejected");
  });

  test("the next upload to the same key is another file, which is checked anew", async () => {
    const answer = await sign<PutAnswer>("/put-sign?ext=png");
    const send = (file: Buffer) => phone.request("PUT", answer.url, answer.headers, file);
    expect((await send(PNG)).status).toBe(200);
    await announced(answer.cosKey, "upload.stored", "upload.accepted");
    expect((await send(Buffer.from("now a program"))).status).toBe(200);
    await announced(answer.cosKey, "upload.stored", "upload.accepted", "upload.stored", "upload.rejected");
    expect(new Set(receiver.of(answer.cosKey).map(({ id }) => id)).size).toBe(4);
    expect((await statusOf(answer.cosKey)).json.state).toBe("rejected");
  });

  test("understands percent-encoded keys, and ignores other buckets and rules", async () => {
    const key = await put("ext=png", PNG);
    await announced(key, "upload.stored", "upload.accepted");
    expect(await deliver(eventOf(key.replaceAll("/", "%2F")))).toMatchObject({
      ok: true,
      json: '{"objects":["accepted"]}',
    });
    for (const other of ["life/state/x/ended", "uploads/../secret", "nowhere/a.png"]) {
      expect(await deliver(eventOf(other))).toMatchObject({ ok: true, json: '{"objects":["gone"]}' });
    }
    const foreign = { Records: [{ cos: { cosObject: { key: `/1250000001/uploads/${key}` } } }] };
    expect(await deliver(foreign)).toMatchObject({ ok: true, json: '{"objects":["gone"]}' });
  });

  test("attack: a file that the team's server cannot be told about is judged, and announced later", async () => {
    receiver.answers.push(500);
    const key = await put("ext=jpg&name=poison.jpg", Buffer.from("no picture"));
    await expect.poll(() => emulator.store.get(key)).toBeUndefined();
    await announced(key, "upload.stored", "upload.stored", "upload.rejected");
    const stored = receiver.of(key).filter(({ type }) => type === "upload.stored");
    expect(new Set(stored.map(({ id }) => id)).size).toBe(1);
    await finished(key);
    await deliver(eventOf(key));
    expect(typesOf(key)).toHaveLength(3);
  });

  /** Waits until SCF calls `uploaded` no more with an event. @param from how many lines the log had before the event */
  async function givenUp(from: number): Promise<void> {
    const says = (line: string) => line.startsWith("[uploaded]") && line.includes("will not be retried");
    await expect.poll(() => emulator.lines.slice(from).some(says)).toBe(true);
  }

  test("attack: a file stays removed while the team's server can never be told about it", async () => {
    receiver.answers.push(500, 500, 500);
    const before = emulator.lines.length;
    const key = await put("ext=jpg", Buffer.from("no picture"));
    await announced(key, "upload.stored", "upload.stored", "upload.stored");
    await givenUp(before);
    await expect.poll(() => emulator.store.get(key)).toBeUndefined();
    expect((await statusOf(key)).json).toMatchObject({ state: "rejected", reason: "WrongContent" });
  });

  test("a webhook that is down for longer than SCF retries is called by the timer later", async () => {
    receiver.answers.push(500, 500, 500);
    const before = emulator.lines.length;
    const key = await put("ext=png", PNG);
    await announced(key, "upload.stored", "upload.stored", "upload.stored");
    await givenUp(before);
    expect((await statusOf(key)).json.state).toBe("stored");

    const timer = { Type: "Timer", TriggerName: "timer", Time: new Date().toISOString(), Message: "" };
    // SCF's own retries may still be in progress.
    expect(await deliver(timer)).toMatchObject({ ok: true, json: '{"objects":[]}' });
    // By less than the five minutes that STS tolerates between clocks.
    emulator.clock.advance(250_000);
    // A run handles as many as it has time for, including those announced meanwhile.
    const run = async () => {
      expect(await deliver(timer)).toMatchObject({ ok: true });
      return typesOf(key).at(-1);
    };
    await expect.poll(run).toBe("upload.accepted");
    expect(typesOf(key)).toEqual([...Array.from({ length: 4 }, () => "upload.stored"), "upload.accepted"]);
    await expect.poll(() => deliver(timer)).toMatchObject({ json: '{"objects":[]}' });
  });

  test("never logs the Authorization of an event", () => {
    expect(emulator.lines.join("\n")).toContain('"function":"uploaded"');
    expect(emulator.lines.join("\n")).not.toContain("never-to-be-logged");
    const ofUploaded = emulator.lines.filter((line) => line.startsWith("[uploaded]"));
    expect(ofUploaded.join("\n")).not.toContain("q-sign-algorithm");
  });
});

describe("upload-status", () => {
  test("is refused to other users and without a token", async () => {
    const key = await put("ext=png", PNG);
    const { status, json } = await statusOf(key, await logIn(emulator.url, "bob"));
    expect([status, json.error?.code]).toEqual([403, "KeyNotAllowed"]);
    expect((await fetch(`${emulator.url}/upload-status?key=${key}`)).status).toBe(401);
  });

  test("answers 404 before the file is stored", async () => {
    const { cosKey } = await sign<PutAnswer>("/put-sign?ext=png");
    const { status, json } = await statusOf(cosKey);
    expect([status, json.error?.code]).toEqual([404, "ObjectNotFound"]);
  });

  test.each(["", "key=", "key=a&key=b", "key=uploads/../x"])("refuses ?%s", async (query) => {
    const { status, json } = await ask<Status>(`${emulator.url}/upload-status?${query}`, bearer());
    expect([status, json.error?.code]).toEqual([400, "InvalidParameter"]);
  });

  test.each(["life/state/uploads/x/ended", "rejected/uploads/x", "uploads/x"])(
    "cannot be used to read this project's own records: %s",
    async (key) => {
      for (const name of ["upload-status", "object-url"]) {
        const { status, json } = await ask<Status>(`${emulator.url}/${name}?key=${key}`, bearer());
        expect([status, json.error?.code]).toEqual([403, "KeyNotAllowed"]);
      }
    },
  );
});

test("uploaded answers no HTTP request", async () => {
  const { status, json } = await ask<Status>(`${emulator.url}/uploaded`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ Records: [] }),
  });
  expect([status, json.error]).toMatchObject([404, { code: "NotFound", doc: "docs/errors.md#notfound" }]);
});

// The last, since versioning cannot be switched off.
test("a bucket with versioning keeps what was rejected, replaced or deleted, but it is gone for its uploader", async () => {
  await configureBucket(emulator, "versioning", { body: versioning("Enabled") });
  const rejected = await put("ext=pdf", JPEG);
  await announced(rejected, "upload.stored", "upload.rejected");
  const answer = await sign<PutAnswer>("/put-sign?ext=png");
  const { cosKey: key } = answer;
  for (const name of ["one", "two"]) {
    const file = Buffer.concat([PNG, Buffer.from(name)]);
    expect((await phone.request("PUT", answer.url, answer.headers, file)).status).toBe(200);
    await expect.poll(async () => (await statusOf(key)).json).toMatchObject({ state: "accepted" });
    emulator.clock.advance(2000);
  }
  const deleted = await fetch(`${emulator.url}/objects?key=${key}`, { method: "DELETE", ...bearer() });
  expect(deleted.status).toBe(204);

  expect((await statusOf(rejected)).json).toMatchObject({ state: "rejected", reason: "WrongContent" });
  expect((await statusOf(key)).json.error?.code).toBe("ObjectNotFound");
  const { objects } = await sign<{ objects: { key: string }[] }>("/objects");
  expect(objects.filter((object) => [rejected, key].includes(object.key))).toEqual([]);
  expect(emulator.store.versions(rejected)).toHaveLength(2);
  expect(emulator.store.versions(key)).toHaveLength(3);
  for (const one of [rejected, key]) {
    const { url } = await sign<{ url: string }>(`/object-url?key=${one}`);
    const [, version] = emulator.store.versions(one);
    const read = (query: string) => fetch(url.replace("https:", "http:") + query);
    expect((await read("")).status).toBe(404);
    expect((await read(`&versionId=${version?.versionId}`)).status).toBe(403);
  }
});
