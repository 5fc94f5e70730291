import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { setFault } from "../../../packages/cos-emulator/src/index.ts";
import { png } from "../../dev/page/png.ts";
import { type Receiver, startReceiver } from "../../life/receiver.ts";
import { weixin } from "../../packages/cos-emulator/wechat/support.ts";
import { buildWithRules, type FunctionsWithRules } from "../../support/functions-with-rules.ts";
import { MiniProgram, type PostAnswer, type PutAnswer } from "../../upload/client.ts";
import { ask, logIn, startTestEmulator } from "../../upload/emulator.ts";
import { rolesFor } from "./roles.ts";

vi.mock("../../../shared/object/rules.ts", () => import("./rules.ts"));

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const AUDIT_TOKEN = "a".repeat(40);
const MINUTE = 60_000;

let functions: FunctionsWithRules;
let receiver: Receiver;
let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: MiniProgram;
let token: string;
beforeAll(async () => {
  const names = [
    "put-sign",
    "post-policy",
    "object-url",
    "login",
    "uploaded",
    "upload-status",
    "wechat-push",
    "check-watch",
    "objects",
    "multipart",
  ];
  functions = await buildWithRules(names, fileURLToPath(new URL("./rules.ts", import.meta.url)));
  receiver = await startReceiver(SECRET);
  emulator = await startTestEmulator({
    functionsDirectory: functions.directory,
    triggers: true,
    mediaCheck: true,
    keyless: true,
    roles: await rolesFor(),
    mediaCheckMs: 0,
    retrySeconds: 1,
    environment: { UPLOADED_WEBHOOK: receiver.url, WEBHOOK_SECRET: SECRET, COS_AUDIT_TOKEN: AUDIT_TOKEN },
  });
  phone = new MiniProgram(emulator.caFile);
  token = await logIn(emulator.url, "ann");
});
afterAll(async () => {
  await emulator?.close();
  await receiver?.close();
  await functions?.remove();
});
afterEach(() => {
  setFault(emulator.faults, "wechat=");
  receiver.answers.length = 0;
});

const bearer = (as = token) => ({ headers: { authorization: `Bearer ${as}` } });

interface Signed extends PutAnswer {
  readonly acceptedKey?: string;
}

/** Each file has its own bytes, and so its own ETag. The end of the file is WeChat's verdict. */
function file(finding = "pass"): Buffer {
  return Buffer.concat([png([[[255, 0, 0]]]), Buffer.from(`${randomUUID()} wechat-emulator:${finding}`)]);
}

async function sign(query: string): Promise<Signed> {
  const { status, json } = await ask<Signed>(`${emulator.url}/put-sign?${query}`, bearer());
  expect(status).toBe(200);
  return json;
}

async function send(signed: Signed, body: Buffer): Promise<void> {
  const stored = await phone.request("PUT", signed.url, signed.headers, body);
  expect(stored.status).toBe(200);
}

/** Uploads a file and returns the key by which it is known. */
async function upload(query: string, body: Buffer): Promise<string> {
  const signed = await sign(query);
  await send(signed, body);
  return signed.acceptedKey ?? signed.cosKey;
}

interface Status {
  readonly state?: string;
  readonly reason?: string;
  readonly error?: { readonly code: string };
}

async function statusOf(key: string): Promise<Status> {
  return (await ask<Status>(`${emulator.url}/upload-status?key=${encodeURIComponent(key)}`, bearer())).json;
}

async function becomes(key: string, state: string, reason?: string): Promise<void> {
  const end = reason === undefined ? { state } : { state, reason };
  await expect.poll(() => statusOf(key)).toMatchObject(end);
  // It may still look for an early result when it has written that it is checking.
  if (state === "checking") await expect.poll(() => emulator.lines.some(isOfUploaded(key))).toBe(true);
}

/** Whether a line is what `uploaded` says at the end of an invocation about this file. */
function isOfUploaded(key: string): (line: string) => boolean {
  return (line) => line.startsWith("[uploaded]") && line.includes(key) && line.includes('"totalMs"');
}

/** Waits until SCF calls `uploaded` no more with an event. @param from how many lines the log had before the event */
async function givenUp(from: number): Promise<void> {
  const says = (line: string) => line.startsWith("[uploaded]") && line.includes("it will not be retried");
  await expect.poll(() => emulator.lines.slice(from).some(says)).toBe(true);
}

/** What a receiver has learned of a file; it recognises repetitions by their id. */
function typesOf(key: string): string[] {
  const byId = new Map(receiver.of(key).map(({ id, type }) => [id, type]));
  return [...byId.values()];
}

async function announced(key: string, ...types: string[]): Promise<void> {
  await expect.poll(() => typesOf(key)).toEqual(types);
}

/** A caller's request with a JSON body. */
async function post<T>(path: string, body: object): Promise<T> {
  const headers = { ...bearer().headers, "content-type": "application/json" };
  const { status, json } = await ask<T>(emulator.url + path, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  expect(status).toBe(200);
  return json;
}

const openChecks = () => emulator.store.keys().filter((key) => key.startsWith("life/checks/"));
const traceIds = () => emulator.weChat.mediaChecks.map(({ traceId }) => traceId);

/** As if everything under the prefix had been stored this many minutes earlier. */
async function makeOlder(prefix: string, minutes: number): Promise<void> {
  const { store } = emulator;
  for (const object of store.all()) {
    if (!object.key.startsWith(prefix)) continue;
    // What a function removes meanwhile stays removed.
    await store.change(object, (before) => ({
      ...before,
      lastModified: before.lastModified - minutes * MINUTE,
    }));
  }
}

/** What SCF's timer does every few minutes, run this many minutes later. */
async function watch(minutes = 2): Promise<Record<string, number>> {
  for (const prefix of ["life/checks/", "life/results/"]) await makeOlder(prefix, minutes);
  const { outcome } = (await emulator.functions.get("check-watch")?.invoke({ Type: "Timer" })) ?? {};
  if (outcome?.ok !== true) throw new Error(`check-watch failed: ${emulator.lines.slice(-3).join("\n")}`);
  return JSON.parse(outcome.json);
}

const notes = () => emulator.store.keys().filter((key) => key.startsWith("life/untold/"));

describe("a file that must pass a check before it gets its key", () => {
  test.each(["sts=500", "function=kill"])(
    "is found again if every call for its event fails: %s",
    async (fault) => {
      const signed = await sign("ext=png");
      const { cosKey, acceptedKey = "" } = signed;
      const lines = emulator.lines.length;
      setFault(emulator.faults, fault);
      await send(signed, file());
      await givenUp(lines);
      setFault(emulator.faults, fault.replace(/=.*/, "="));
      // SCF may still be repeating the event of a young one.
      await makeOlder(cosKey, 5);
      await watch();
      expect(notes()).toEqual([]);
      await makeOlder(cosKey, 6);
      await watch();
      expect(notes()).toHaveLength(1);
      await makeOlder("life/untold/", 5);
      const { outcome } = (await emulator.functions.get("uploaded")?.invoke({ Type: "Timer" })) ?? {};
      expect(outcome?.ok).toBe(true);
      await becomes(acceptedKey, "accepted");
      expect(notes()).toEqual([]);
      await announced(acceptedKey, "upload.stored", "upload.accepted");
    },
  );

  test("uploaded in parts, is checked and announced once, though its copy has another ETag", async () => {
    const body = file();
    const begun = await post<{
      acceptedKey: string;
      ticket: string;
      parts: { url: string; headers: Record<string, string> }[];
    }>("/multipart", { ext: "png", size: body.length });
    const { url = "", headers = {} } = begun.parts[0] ?? {};
    expect((await phone.request("PUT", url, headers, body)).status).toBe(200);
    const asked = emulator.weChat.mediaChecks.length;
    const { etag } = await post<{ etag: string }>("/multipart/complete", { ticket: begun.ticket });
    expect(etag).toContain("-");
    await becomes(begun.acceptedKey, "accepted");
    await announced(begun.acceptedKey, "upload.stored", "upload.accepted");
    const copied = (line: string) => line.includes('"objects":"copied"') && line.includes(begun.acceptedKey);
    await expect.poll(() => emulator.lines.some(copied)).toBe(true);
    expect(typesOf(begun.acceptedKey)).toEqual(["upload.stored", "upload.accepted"]);
    expect(emulator.weChat.mediaChecks.length).toBe(asked + 1);
    await expect.poll(() => openChecks()).toEqual([]);
  });

  test("attack: encrypted with a key of KMS, so that its copy has another ETag, is checked and announced once", async () => {
    const signed = await sign("ext=png");
    const key = signed.acceptedKey ?? "";
    const asked = emulator.weChat.mediaChecks.length;
    // Unsigned; a bucket may also say it for all.
    const encrypted = { ...signed.headers, "x-cos-server-side-encryption": "cos/kms" };
    expect((await phone.request("PUT", signed.url, encrypted, file())).status).toBe(200);
    await becomes(key, "accepted");
    const copied = (line: string) => line.includes('"objects":"copied"') && line.includes(key);
    await expect.poll(() => emulator.lines.some(copied)).toBe(true);
    await announced(key, "upload.stored", "upload.accepted");
    expect(emulator.weChat.mediaChecks.length).toBe(asked + 1);
    await expect.poll(() => openChecks()).toEqual([]);
  });

  test.each(["pass", "risky"])(
    "attack: is uploaded by a signature that is used once more when the first file has moved on: %s",
    async (finding) => {
      const signed = await sign("ext=png&rule=once");
      const key = signed.acceptedKey ?? "";
      const first = file(finding);
      await send(signed, first);
      expect((await phone.request("PUT", signed.url, signed.headers, file())).status).toBe(409);
      const [state, end] =
        finding === "pass" ? ["accepted", "upload.accepted"] : ["rejected", "upload.rejected"];
      await announced(key, "upload.stored", end);
      const md5 = emulator.store.get(key)?.md5;
      expect(md5 === undefined).toBe(state === "rejected");
      const asked = emulator.weChat.mediaChecks.length;
      await send(signed, file());
      await expect.poll(() => emulator.store.get(signed.cosKey)).toBeUndefined();
      expect(await statusOf(key)).toMatchObject({ state });
      expect(emulator.store.get(key)?.md5).toBe(md5);
      expect(typesOf(key)).toEqual(["upload.stored", end]);
      expect(emulator.weChat.mediaChecks.length).toBe(asked);
    },
  );

  test("attack: that its uploader has opened to everybody, by a form, is closed while it waits and at its key", async () => {
    setFault(emulator.faults, "wechat=never");
    const asked = traceIds().length;
    const { json } = await ask<PostAnswer & { acceptedKey: string }>(
      `${emulator.url}/post-policy?ext=png`,
      bearer(),
    );
    const { acceptedKey: key, cosKey } = json;
    const fields = { acl: "public-read", ...json.fields };
    const body = file();
    const read = async (at: string) => (await fetch(`${emulator.cosUrl}/${at}`)).status;
    expect((await phone.uploadFile(json.url, fields, body)).status).toBe(200);
    await becomes(key, "checking");
    expect(await read(cosKey)).toBe(403);

    // The same bytes again, as often as the signature allows: mostly within the same second.
    expect((await phone.uploadFile(json.url, fields, body)).status).toBe(200);
    await expect.poll(() => emulator.lines.filter(isOfUploaded(key)).length).toBe(2);
    expect(await read(cosKey)).toBe(403);
    for (const id of traceIds().slice(asked)) await emulator.weChat.pushMediaCheck(id, "pass");
    await becomes(key, "accepted");
    expect(await read(key)).toBe(403);
    await expect.poll(() => openChecks()).toEqual([]);
  });

  test("attack: that its uploader has opened to an account, by a header, is closed while it waits", async () => {
    setFault(emulator.faults, "wechat=never");
    const signed = await sign("ext=png");
    // Unsigned, and there is no condition for it.
    const headers = { ...signed.headers, "x-cos-grant-read": 'id="100000000099"' };
    expect((await phone.request("PUT", signed.url, headers, file())).status).toBe(200);
    expect(emulator.store.get(signed.cosKey)?.acl?.grants).toHaveLength(1);
    await becomes(signed.acceptedKey ?? "", "checking");
    expect(emulator.store.get(signed.cosKey)?.acl?.grants).toEqual([]);
    await emulator.weChat.pushMediaCheck(traceIds().at(-1) ?? "", "pass");
    await becomes(signed.acceptedKey ?? "", "accepted");
    expect(emulator.store.get(signed.acceptedKey ?? "")?.acl?.grants ?? []).toEqual([]);
    await expect.poll(() => openChecks()).toEqual([]);
  });

  test("attack: with values of its own that would not fit into a copy's metadata, passes without them", async () => {
    const signed = await sign("ext=png");
    // Unsigned, and as much as COS takes; in a copy each would be an encoded word.
    const values = { "x-cos-meta-a": "b c ".repeat(400).trim(), "x-cos-meta-d": "e f" };
    const stored = await phone.request("PUT", signed.url, { ...signed.headers, ...values }, file());
    expect(stored.status).toBe(200);
    const key = signed.acceptedKey ?? "";
    await becomes(key, "accepted");
    expect(emulator.store.get(key)?.headers).toMatchObject({ "x-cos-meta-d": expect.any(String) });
    expect(emulator.store.get(key)?.headers["x-cos-meta-a"]).toBeUndefined();
    await expect.poll(() => openChecks()).toEqual([]);
  });

  test("waits where nobody can read it, and is available once it passes", async () => {
    setFault(emulator.faults, "wechat=never");
    const signed = await sign("ext=png&name=a.png&meta.order=17");
    expect(signed.cosKey).toMatch(/^pending\/photos\/[0-9a-f]{32}\/\d{8}\//);
    const key = signed.acceptedKey ?? "";
    expect(signed.cosKey).toBe(`pending/${key}`);
    const body = file();
    await send(signed, body);
    await becomes(key, "checking");

    const urlOf = (asked: string) =>
      ask<{ url?: string; error?: { code: string } }>(`${emulator.url}/object-url?key=${asked}`, bearer());
    expect((await urlOf(signed.cosKey)).json.error?.code).toBe("FileNotAccepted");
    const { url = "" } = (await urlOf(key)).json;
    const read = () => fetch(url.replace("https:", "http:"));
    expect((await read()).status).toBe(404);

    await emulator.weChat.pushMediaCheck(traceIds().at(-1) ?? "", "pass");
    await becomes(key, "accepted");
    await announced(key, "upload.stored", "upload.accepted");
    expect(Buffer.from(await (await read()).arrayBuffer()).equals(body)).toBe(true);
    expect(receiver.of(key)[1]?.data).toMatchObject({ key, name: "a.png", meta: { order: "17" } });
    expect(emulator.store.get(signed.cosKey)).toBeUndefined();
    expect(await statusOf(signed.cosKey)).toMatchObject({ key, state: "accepted" });
    await expect.poll(() => openChecks()).toEqual([]);
  });

  test("is removed if it is risky, and never gets its key", async () => {
    const key = await upload("ext=png", file("risky"));
    await announced(key, "upload.stored", "upload.rejected");
    expect(receiver.of(key)[1]?.data).toMatchObject({ reason: "Risky" });
    expect(await statusOf(key)).toMatchObject({ state: "rejected", reason: "Risky" });
    expect(emulator.store.get(key)).toBeUndefined();
    expect(emulator.store.get(`pending/${key}`)).toBeUndefined();
  });

  test("does not get its key with bytes that replaced the checked ones", async () => {
    setFault(emulator.faults, "wechat=never");
    const signed = await sign("ext=png");
    const key = signed.acceptedKey ?? "";
    await send(signed, file());
    await becomes(key, "checking");
    const first = traceIds().at(-1) ?? "";
    // COS's times are in whole seconds.
    emulator.clock.advance(2000);
    setFault(emulator.faults, "wechat=risky");
    await send(signed, file());
    await announced(key, "upload.stored", "upload.stored", "upload.rejected");
    await emulator.weChat.pushMediaCheck(first, "pass");
    expect(emulator.store.get(key)).toBeUndefined();
    expect(await statusOf(key)).toMatchObject({ state: "rejected" });
  });
});

describe("a file that is checked after it is available", () => {
  test("stays if it passes", async () => {
    const key = await upload("ext=png&rule=plain", file());
    await announced(key, "upload.stored", "upload.accepted");
    expect(await statusOf(key)).toMatchObject({ state: "accepted" });
    expect(emulator.store.get(key)).toBeDefined();
  });

  test("is moved or deleted, as its rule says, if it is risky", async () => {
    const key = await upload("ext=png&rule=plain", file("risky"));
    await announced(key, "upload.stored", "upload.rejected");
    expect(emulator.store.get(key)).toBeUndefined();
    expect(emulator.store.get(`rejected/${key}`)).toBeDefined();
  });
});

describe("without a verdict, a file is accepted only if its rule says so:", () => {
  test.each([
    ["a file that a person should review", "ext=png&rule=plain", file("review"), "Review"],
    ["a format that WeChat does not check", "ext=webp&rule=plain", webp(), "NotCheckable"],
    [
      "a kind of file that WeChat does not check, under a rule that requires a check",
      "ext=pdf",
      pdf(),
      "NotCheckable",
    ],
    ["an image too large for WeChat", "ext=png&rule=plain", large(), "NotCheckable"],
  ])("%s is rejected", async (_, query, body, reason) => {
    const key = await upload(query, body);
    await announced(key, "upload.stored", "upload.rejected");
    expect(await statusOf(key)).toMatchObject({ state: "rejected", reason });
  });

  test.each([
    ["a file that a person should review, under a lenient rule", "ext=png&rule=lenient", file("review")],
    ["a format that WeChat does not check, under a lenient rule", "ext=webp&rule=lenient", webp()],
    ["a document whose rule does not mention a check", "ext=pdf&rule=plain", pdf()],
    ["a risky file, under a rule without a check", "ext=png&rule=free", file("risky")],
  ])("%s is accepted", async (_, query, body) => {
    const key = await upload(query, body);
    await announced(key, "upload.stored", "upload.accepted");
  });

  test("a file of a user with an unknown openid is rejected", async () => {
    const saved = token;
    token = await logIn(emulator.url, "bob");
    try {
      const users = emulator.store.keys().filter((key) => key.startsWith("life/users/"));
      const key = await upload("ext=png&rule=plain", Buffer.from("x"));
      await announced(key, "upload.stored", "upload.rejected");
      const [, user] = key.split("/");
      expect(users).toContain(`life/users/${user}`);
      await emulator.store.delete(`life/users/${user}`);
      const second = await upload("ext=png&rule=plain", file());
      await announced(second, "upload.stored", "upload.rejected");
      expect(await statusOf(second)).toMatchObject({ reason: "UserUnknown" });
    } finally {
      token = saved;
    }
  });
});

function webp(): Buffer {
  return Buffer.concat([Buffer.from("RIFF\x1a\0\0\0WEBPVP8 ", "latin1"), Buffer.from(randomUUID())]);
}

function pdf(): Buffer {
  return Buffer.from(`%PDF-1.7 ${randomUUID()}`);
}

function large(): Buffer {
  return Buffer.concat([file(), Buffer.alloc(11 * 1024 * 1024)]);
}

describe("when the result", () => {
  test("never comes, WeChat is asked three times in all, and then the file is rejected", async () => {
    setFault(emulator.faults, "wechat=never");
    const before = traceIds().length;
    const key = await upload("ext=png", file());
    await becomes(key, "checking");
    // The check of an earlier file is closed after its end was announced.
    await expect.poll(() => openChecks()).toHaveLength(1);
    expect(await watch()).toEqual({ open: 1, ended: 0, asked: 0, failed: 0 });
    expect(await watch(30)).toMatchObject({ asked: 1 });
    expect(await watch(32)).toMatchObject({ asked: 1 });
    expect(await watch(32)).toMatchObject({ ended: 1 });
    expect(traceIds().length - before).toBe(3);
    await announced(key, "upload.stored", "upload.rejected");
    expect(await statusOf(key)).toMatchObject({ state: "rejected", reason: "NoResult" });
    expect(openChecks()).toEqual([]);
  });

  test("comes after WeChat was asked again, either answer settles it", async () => {
    setFault(emulator.faults, "wechat=never");
    const key = await upload("ext=png", file());
    await becomes(key, "checking");
    const first = traceIds().at(-1) ?? "";
    await watch(32);
    const second = traceIds().at(-1) ?? "";
    expect(second).not.toBe(first);
    await emulator.weChat.pushMediaCheck(first, "risky");
    await emulator.weChat.pushMediaCheck(second, "pass");
    await becomes(key, "accepted");
    await watch();
    expect(openChecks()).toEqual([]);
  });

  test("comes twice, the second changes nothing and is not announced", async () => {
    setFault(emulator.faults, "wechat=twice");
    const key = await upload("ext=png", file());
    await announced(key, "upload.stored", "upload.accepted");
    await emulator.weChat.pushMediaCheck(traceIds().at(-1) ?? "", "risky");
    await watch();
    expect(await statusOf(key)).toMatchObject({ state: "accepted" });
    expect(typesOf(key)).toEqual(["upload.stored", "upload.accepted"]);
  });

  test("comes after the file was deleted, the file does not come back", async () => {
    setFault(emulator.faults, "wechat=never");
    const key = await upload("ext=png", file());
    await becomes(key, "checking");
    await emulator.store.delete(`pending/${key}`);
    await emulator.weChat.pushMediaCheck(traceIds().at(-1) ?? "", "pass");
    expect(emulator.store.get(key)).toBeUndefined();
    expect(typesOf(key)).toEqual(["upload.stored"]);
    await expect.poll(() => openChecks()).toEqual([]);
  });

  test.each([
    ["its owner deleted it", (key: string) => [`?key=${key}`, "DELETE", undefined] as const],
    ["its owner deleted it in a list", (key: string) => ["/delete", "POST", { keys: [key] }] as const],
    ["its owner deleted everything", () => ["/delete", "POST", { all: true }] as const],
  ])("comes after %s, the file does not come back", async (_, how) => {
    const saved = token;
    token = await logIn(emulator.url, `leaver${Math.random().toString(36).slice(2)}`);
    try {
      setFault(emulator.faults, "wechat=never");
      const key = await upload("ext=png", file());
      await becomes(key, "checking");
      const { json } = await ask<{ objects: { key: string }[] }>(`${emulator.url}/objects`, bearer());
      expect(json.objects.map((object) => object.key)).toEqual([]);
      const [query, method, body] = how(key);
      const headers = { ...bearer().headers, "content-type": "application/json" };
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
      expect((await fetch(`${emulator.url}/objects${query}`, init)).ok).toBe(true);
      await emulator.weChat.pushMediaCheck(traceIds().at(-1) ?? "", "pass");
      expect(emulator.store.keys().filter((stored) => stored.endsWith(key))).toEqual([]);
      expect(await statusOf(key)).toMatchObject({ error: { code: "ObjectNotFound" } });
    } finally {
      token = saved;
    }
  });

  test("comes before the check is recorded, it is kept for a day", async () => {
    setFault(emulator.faults, "wechat=never");
    const key = await upload("ext=png", file());
    await becomes(key, "checking");
    const traceId = traceIds().at(-1) ?? "";
    const check = emulator.store.get(`life/checks/${traceId}`);
    expect(check).toBeDefined();
    await emulator.store.delete(`life/checks/${traceId}`);
    await emulator.weChat.pushMediaCheck(traceId, "pass");
    expect(emulator.store.keys()).toContain(`life/results/${traceId}`);
    expect(await statusOf(key)).toMatchObject({ state: "checking" });
    // A day later it is no longer looked for.
    await watch(25 * 60);
    expect(emulator.store.keys()).not.toContain(`life/results/${traceId}`);
  });

  test("cannot be announced, it is announced later", async () => {
    setFault(emulator.faults, "wechat=never");
    const key = await upload("ext=png", file());
    await becomes(key, "checking");
    await announced(key, "upload.stored");
    receiver.answers.push(500);
    await emulator.weChat.pushMediaCheck(traceIds().at(-1) ?? "", "risky");
    await announced(key, "upload.stored", "upload.rejected");
    expect(openChecks()).toHaveLength(1);
    expect(await watch()).toMatchObject({ ended: 1 });
    const [, refused, taken] = receiver.of(key);
    expect(taken).toEqual(refused);
    expect(openChecks()).toEqual([]);
  });

  test("attack: is about a file that the team's server could not be told about, the file is removed all the same", async () => {
    receiver.answers.push(...Array.from({ length: 4 }, () => 500));
    const before = emulator.lines.length;
    const key = await upload("ext=png&rule=lenient&name=poison.png", file("risky"));
    await becomes(key, "rejected", "Risky");
    await expect.poll(() => emulator.store.get(key)).toBeUndefined();
    // Three by `uploaded`, which SCF calls again, and one with the result.
    await expect.poll(() => receiver.of(key).length).toBeGreaterThanOrEqual(4);
    await givenUp(before);
    const told = async () => {
      await watch();
      return typesOf(key);
    };
    await expect.poll(told).toEqual(["upload.stored", "upload.rejected"]);
  });
});

describe("when WeChat", () => {
  test("throttles, the platform retries", async () => {
    setFault(emulator.faults, "wechat=throttled");
    const key = await upload("ext=png", file());
    await becomes(key, "checking");
    setFault(emulator.faults, "wechat=");
    emulator.clock.advance(2000);
    await announced(key, "upload.stored", "upload.accepted");
    await expect.poll(() => openChecks()).toEqual([]);
  });

  test("throttles for long, check-watch retries", async () => {
    setFault(emulator.faults, "wechat=quota");
    const before = emulator.lines.length;
    const key = await upload("ext=png", file());
    await becomes(key, "checking");
    await givenUp(before);
    expect(await watch()).toMatchObject({ open: 1 });
    setFault(emulator.faults, "wechat=");
    expect(await watch()).toMatchObject({ asked: 1 });
    await announced(key, "upload.stored", "upload.accepted");
  });

  test("refuses a token that another program has replaced, a new token is used", async () => {
    const first = await upload("ext=png", file());
    await announced(first, "upload.stored", "upload.accepted");
    const { appId: appid, secret } = emulator.miniProgram;
    const body = { grant_type: "client_credential", appid, secret, force_refresh: true };
    await weixin(emulator, "/cgi-bin/stable_token", body);
    const key = await upload("ext=png", file());
    await announced(key, "upload.stored", "upload.accepted");
  });
});

describe("a repeated event", () => {
  /** Asks for a form's signature and sends a file with these fields more; its key. */
  async function post(more: Record<string, string>): Promise<string> {
    const { json } = await ask<PostAnswer & { acceptedKey: string }>(
      `${emulator.url}/post-policy?ext=png`,
      bearer(),
    );
    expect((await phone.uploadFile(json.url, { ...more, ...json.fields }, file())).status).toBe(200);
    return json.acceptedKey;
  }

  async function repeat(key: string): Promise<void> {
    const { account, bucket } = emulator;
    const name = bucket.name.slice(0, -(account.appId.length + 1));
    const event = { Records: [{ cos: { cosObject: { key: `/${account.appId}/${name}/pending/${key}` } } }] };
    const again = await emulator.functions.get("uploaded")?.invoke(event);
    expect(again?.outcome.ok).toBe(true);
  }

  test("asks WeChat once", async () => {
    setFault(emulator.faults, "wechat=never");
    const key = await upload("ext=png", file());
    await becomes(key, "checking");
    const asked = traceIds().length;
    await repeat(key);
    expect(traceIds()).toHaveLength(asked);
    expect(typesOf(key)).toEqual(["upload.stored"]);
  });

  // Whether it does in COS, we could not find out.
  test.each([
    ["nobody has opened", {}],
    ["its uploader has opened to everybody", { acl: "public-read" }],
  ])("does so where setting an ACL changes an object's time, of a file that %s", async (_, fields) => {
    setFault(emulator.faults, "wechat=never");
    const { store } = emulator;
    const change = store.change.bind(store);
    const spy = vi.spyOn(store, "change").mockImplementation((object, changed) =>
      change(object, (before) => ({
        ...changed(before),
        ...{ lastModified: before.lastModified + MINUTE },
      })),
    );
    onTestFinished(() => spy.mockRestore());
    const key = await post(fields);
    await becomes(key, "checking");
    const asked = traceIds();
    await repeat(key);
    expect(await statusOf(key)).toMatchObject({ state: "checking" });
    expect(traceIds()).toEqual(asked);
    expect(typesOf(key)).toEqual(["upload.stored"]);
    await emulator.weChat.pushMediaCheck(asked.at(-1) ?? "", "pass");
    await announced(key, "upload.stored", "upload.accepted");
    await repeat(key);
    expect(emulator.store.get(key)).toBeDefined();
    expect(typesOf(key)).toEqual(["upload.stored", "upload.accepted"]);
  });
});

describe("wechat-push refuses", () => {
  test.each([
    ["an unsigned message", "", "PushRefused"],
    [
      "a signature made with another token",
      "?msg_signature=046e02f8204d34f8ba5fa3b1db94908f3df2e9b3&timestamp=1&nonce=2",
      "PushRefused",
    ],
  ])("%s", async (_, query, code) => {
    const body = JSON.stringify({ ToUserName: "a", Encrypt: "AAAA" });
    const { status, json } = await ask<Status>(`${emulator.url}/wechat-push${query}`, {
      method: "POST",
      body,
    });
    expect([status, json.error?.code]).toEqual([403, code]);
  });
});

describe("COS's own audit", () => {
  const audit = (key: string, result: number, token = AUDIT_TOKEN) =>
    fetch(`${emulator.url}/wechat-push/audit?token=${token}`, {
      method: "POST",
      headers: { "x-ci-content-version": "Simple" },
      body: JSON.stringify({
        code: 0,
        message: "success",
        data: {
          forbidden_status: 0,
          event: "ReviewImage",
          result,
          trace_id: "s1",
          url: `http://${emulator.bucket.name}.cos.${emulator.bucket.region}.myqcloud.com/${key}`,
        },
      }),
    });

  test("removes a file that was accepted before", async () => {
    const key = await upload("ext=png", file());
    await announced(key, "upload.stored", "upload.accepted");
    expect((await audit(key, 0)).status).toBe(200);
    expect(emulator.store.get(key)).toBeDefined();
    expect((await audit(key, 1)).status).toBe(200);
    await announced(key, "upload.stored", "upload.accepted", "upload.rejected");
    expect(emulator.store.get(key)).toBeUndefined();
  });

  test("does not accept a file that waits for WeChat, and needs its token", async () => {
    setFault(emulator.faults, "wechat=never");
    const key = await upload("ext=png&rule=plain", file());
    await becomes(key, "checking");
    expect((await audit(key, 0)).status).toBe(200);
    expect(await statusOf(key)).toMatchObject({ state: "checking" });
    expect((await audit(key, 1, "b".repeat(40))).status).toBe(403);
    expect(await statusOf(key)).toMatchObject({ state: "checking" });
  });
});
