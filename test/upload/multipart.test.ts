import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MiniProgram } from "./client.ts";
import { ask, startTestEmulator } from "./emulator.ts";

const MiB = 1024 ** 2;
const PART = 4 * MiB;

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: MiniProgram;
let now = Date.now();
const tokens: Record<string, string> = {};

beforeAll(async () => {
  emulator = await startTestEmulator({
    clock: () => now,
    environment: { UPLOAD_AUTH: "jwt", SIGNATURE_SECONDS: "240" },
  });
  phone = new MiniProgram(emulator.caFile);
  for (const name of ["ann", "bob"]) {
    const { json } = await post<{ token: string }>("/login", { code: `user-${name}-1` });
    tokens[name] = json.token;
  }
});
afterAll(() => emulator.close());
beforeEach(() => {
  now = Date.now();
});

interface Part {
  readonly number: number;
  readonly url: string;
  readonly headers: Record<string, string>;
}

interface Page {
  readonly parts: readonly Part[];
  readonly expiresAt: number;
  readonly serverTime: number;
}

interface Begun extends Page {
  readonly key: string;
  readonly uploadId: string;
  readonly partSize: number;
  readonly ticket: string;
}

interface Refusal {
  readonly error: { readonly code: string; readonly message: string };
}

function post<T>(path: string, body: object, token = "") {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  return ask<T>(`${emulator.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

async function asAnn<T>(path: string, body: object): Promise<T> {
  const { status, json } = await post<T>(path, body, tokens["ann"]);
  expect(status).toBe(200);
  return json;
}

async function refusal(path: string, body: object, user = "ann") {
  const { status, json } = await post<Refusal>(path, body, tokens[user]);
  return { status, code: json.error.code, message: json.error.message };
}

const begin = (size: number, more: object = {}) => asAnn<Begun>("/multipart", { ext: "mp4", size, ...more });

function send(part: Part | undefined, bytes: Buffer) {
  return phone.request("PUT", part?.url ?? "", part?.headers ?? {}, bytes);
}

const slice = (file: Buffer, number: number) => file.subarray((number - 1) * PART, number * PART);

async function stored(key: string): Promise<{ bytes: Buffer; type: string | undefined }> {
  const { json } = await ask<{ url: string }>(`${emulator.url}/object-url?key=${key}`, {
    headers: { authorization: `Bearer ${tokens["ann"]}` },
  });
  const response = await fetch(json.url.replace("https://", "http://"));
  return { bytes: Buffer.from(await response.arrayBuffer()), type: emulator.store.get(key)?.contentType };
}

async function abort(ticket: string): Promise<number> {
  const response = await fetch(`${emulator.url}/multipart/abort`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${tokens["ann"]}` },
    body: JSON.stringify({ ticket }),
  });
  return response.status;
}

test("a file in three parts is stored completely, with its type, and can be completed again", async () => {
  const file = randomBytes(2 * PART + 5);
  const { key, parts, partSize, ticket } = await begin(file.length, { type: "video/mp4;codecs=avc1" });
  expect(partSize).toBe(PART);
  expect(parts.map(({ number }) => number)).toEqual([1, 2, 3]);
  for (const part of parts) expect((await send(part, slice(file, part.number))).status).toBe(200);
  const done = await asAnn<{ key: string; size: number; etag: string }>("/multipart/complete", { ticket });
  expect(done).toEqual({ key, size: file.length, etag: expect.stringMatching(/^"[0-9a-f]{32}-3"$/) });
  const object = await stored(key);
  expect(object.bytes.equals(file)).toBe(true);
  expect(object.type).toBe("video/mp4;codecs=avc1");
  expect(await asAnn("/multipart/complete", { ticket })).toEqual(done);
  expect(await asAnn("/multipart/parts", { ticket, resume: true })).toMatchObject({ missing: [], parts: [] });
  expect(await abort(ticket)).toBe(204);
  expect((await stored(key)).bytes).toHaveLength(file.length);
});

test("nothing that leaves the function can sign, and the token allows one action on one key", async () => {
  const answer = await begin(100);
  const text = JSON.stringify(answer);
  expect(text).not.toContain(emulator.account.secretKey);
  expect(text).not.toMatch(/secretKey|tmpSecret/i);
  expect(Object.keys(answer.parts[0]?.headers ?? {}).sort()).toEqual([
    "Authorization",
    "x-cos-security-token",
  ]);
});

describe("storage refuses", () => {
  test.each([
    ["a part that is longer", PART + 1],
    ["a part that is shorter", PART - 1],
    ["an empty part", 0],
  ])("%s than was signed", async (_, length) => {
    const { parts } = await begin(2 * PART);
    expect(await send(parts[0], Buffer.alloc(length))).toMatchObject({
      status: 403,
      code: "SignatureDoesNotMatch",
    });
  });

  test("a part with another number, upload or key", async () => {
    const [one, other] = [await begin(2 * PART), await begin(2 * PART)];
    const part = one.parts[0];
    const bytes = Buffer.alloc(PART);
    for (const url of [
      part?.url.replace("partNumber=1", "partNumber=2"),
      part?.url.replace(one.uploadId, other.uploadId),
      part?.url.replace(one.key, other.key),
    ]) {
      expect(url).not.toBe(part?.url);
      expect(
        (await send({ ...part, url: url ?? "", number: 1, headers: part?.headers ?? {} }, bytes)).status,
      ).toBe(403);
    }
  });

  test("a part whose signature has expired, and accepts it with a new one", async () => {
    const file = randomBytes(100);
    const { parts, ticket } = await begin(file.length);
    now += 290_000;
    expect(await send(parts[0], file)).toMatchObject({ status: 403 });
    const page = await asAnn<Page>("/multipart/parts", { ticket, numbers: [1] });
    expect((await send(page.parts[0], file)).status).toBe(200);
  });
});

describe("a restarted client", () => {
  test("learns what is left to send; a part of another size counts as not sent", async () => {
    const file = randomBytes(60 * PART);
    const { ticket, parts } = await begin(file.length);
    expect(parts).toHaveLength(50);
    for (const number of [1, 3])
      expect((await send(parts[number - 1], slice(file, number))).status).toBe(200);
    const resumed = await asAnn<Page & { missing: number[] }>("/multipart/parts", { ticket, resume: true });
    expect(resumed.missing).toHaveLength(58);
    expect(resumed.missing.slice(0, 3)).toEqual([2, 4, 5]);
    expect(resumed.parts.map(({ number }) => number)).toEqual(resumed.missing.slice(0, 50));
    expect((await send(resumed.parts[0], slice(file, 2))).status).toBe(200);
    const { parts: last } = await asAnn<Page>("/multipart/parts", { ticket, numbers: [60, 59] });
    expect(last.map(({ number }) => number)).toEqual([60, 59]);
    expect(await abort(ticket)).toBe(204);
  });

  test("cannot complete an incomplete upload, and learns which parts are missing", async () => {
    const file = randomBytes(2 * PART);
    const { ticket, parts } = await begin(file.length);
    await send(parts[1], slice(file, 2));
    const { status, code, message } = await refusal("/multipart/complete", { ticket });
    expect({ status, code }).toEqual({ status: 409, code: "UploadIncomplete" });
    expect(message).toContain("Part 1 is not stored");
  });

  test("has to start over after the upload was aborted", async () => {
    const { ticket } = await begin(PART);
    expect(await abort(ticket)).toBe(204);
    expect(await abort(ticket)).toBe(204);
    for (const [path, body] of [
      ["/multipart/complete", { ticket }],
      ["/multipart/parts", { ticket, resume: true }],
    ] as const) {
      expect(await refusal(path, body)).toMatchObject({ status: 404, code: "UploadNotFound" });
    }
  });
});

describe.each(["/multipart/parts", "/multipart/complete", "/multipart/abort"])("%s refuses", (path) => {
  const body = (ticket: unknown) => (path === "/multipart/parts" ? { ticket, numbers: [1] } : { ticket });

  test("another user's ticket", async () => {
    const { ticket } = await begin(100);
    expect(await refusal(path, body(ticket), "bob")).toMatchObject({ status: 403, code: "TicketInvalid" });
  });

  test("a changed, cut or made-up ticket, of any type", async () => {
    const { ticket } = await begin(100);
    const [claims = "", seal = ""] = ticket.split(".");
    const changed = JSON.parse(Buffer.from(claims, "base64url").toString());
    const larger = Buffer.from(JSON.stringify({ ...changed, size: 10 ** 12 })).toString("base64url");
    const bad = [
      `${larger}.${seal}`,
      claims,
      `${claims}.`,
      `.${seal}`,
      `${ticket}x`,
      "",
      1,
      null,
      [ticket],
      {},
      undefined,
    ];
    for (const one of bad) {
      expect(await refusal(path, body(one))).toMatchObject({ status: 403, code: "TicketInvalid" });
    }
    expect(await refusal(path, body("x".repeat(10_000)))).toMatchObject({ code: "TicketInvalid" });
  });

  test("a caller without a token", async () => {
    const { ticket } = await begin(100);
    const { status, json } = await post<Refusal>(path, body(ticket));
    expect([status, json.error.code]).toEqual([401, "TokenMissing"]);
  });
});

test.each([
  ["no size", { ext: "mp4" }, 400, "InvalidParameter"],
  ["an empty file", { ext: "mp4", size: 0 }, 400, "InvalidParameter"],
  ["a size in words", { ext: "mp4", size: "many" }, 400, "InvalidParameter"],
  ["a size that is not whole", { ext: "mp4", size: 1.5 }, 400, "InvalidParameter"],
  ["more than the rule allows", { ext: "mp4", size: 2048 * MiB + 1 }, 413, "FileTooLarge"],
  ["an md5", { ext: "mp4", size: 1, md5: "990fdf561f35e45de4e930149bc9b47a" }, 400, "InvalidParameter"],
  ["a type of another extension", { ext: "mp4", size: 1, type: "text/html" }, 400, "TypeNotAllowed"],
  ["an unknown extension", { ext: "exe", size: 1 }, 400, "ExtensionNotAllowed"],
  ["a field that does not exist", { ext: "mp4", size: 1, key: "a" }, 400, "InvalidParameter"],
])("refuses to begin an upload with %s", async (_, body, status, code) => {
  expect(await refusal("/multipart", body)).toMatchObject({ status, code });
});

test.each([
  ["none", { numbers: [] }],
  ["0", { numbers: [0] }],
  ["one after the last", { numbers: [2] }],
  ["a text", { numbers: ["1"] }],
  ["a repeated number", { numbers: [1, 1] }],
  ["something other than a list", { numbers: 1 }],
  ["nothing", {}],
  ["resume with another value than true", { resume: "true" }],
  ["both at once", { resume: true, numbers: [1] }],
])("refuses to sign parts for %s", async (_, question) => {
  const { ticket } = await begin(100);
  expect(await refusal("/multipart/parts", { ticket, ...question })).toMatchObject({
    status: 400,
    code: "InvalidParameter",
  });
});

test("refuses to sign more than 50 parts at once", async () => {
  const { ticket } = await begin(49 * PART + 1);
  const numbers = Array.from({ length: 51 }, (_, index) => index + 1);
  expect(await refusal("/multipart/parts", { ticket, numbers })).toMatchObject({ code: "InvalidParameter" });
});

test("logs no ticket, token or signature", async () => {
  const from = emulator.lines.length;
  const { ticket, parts } = await begin(100);
  await asAnn("/multipart/parts", { ticket, numbers: [1] });
  const log = emulator.lines.slice(from).join("\n");
  expect(log).toContain("multipart");
  const secrets = [
    ticket,
    parts[0]?.headers["x-cos-security-token"] ?? "",
    parts[0]?.headers["Authorization"] ?? "",
  ];
  for (const secret of secrets) {
    expect(secret).not.toBe("");
    expect(log).not.toContain(secret);
  }
});
