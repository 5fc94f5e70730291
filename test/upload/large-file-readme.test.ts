import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createUploadWx } from "../support/wx.ts";
import { ask, startTestEmulator } from "./emulator.ts";

const MiB = 1024 ** 2;
const HOUR_MS = 3600_000;
const CREDENTIAL_SECONDS = 240;

/** The example in upload-credentials' README, as it is written there. */
const EXAMPLE = /```js\n([\s\S]*?)```/.exec(
  readFileSync(new URL("../../functions/upload-credentials/README.md", import.meta.url), "utf8"),
)?.[1];

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let directory: string;
let token: string;
/** By how much the cloud's clock, and the phone's, is ahead of this machine's, in milliseconds. */
let cloudAhead = 0;
const realNow = Date.now;
beforeAll(async () => {
  emulator = await startTestEmulator({
    clock: () => realNow() + cloudAhead,
    environment: { UPLOAD_AUTH: "jwt", SIGNATURE_SECONDS: String(CREDENTIAL_SECONDS) },
  });
  const { json } = await ask<{ token: string }>(`${emulator.url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: "user-ann-1" }),
  });
  token = json.token;
  directory = await mkdtemp(join(tmpdir(), "large-file-readme-"));
});
afterAll(async () => {
  await emulator.close();
  await rm(directory, { recursive: true });
});
afterEach(() => {
  vi.restoreAllMocks();
  cloudAhead = 0;
});

interface RequestOption {
  readonly url: string;
  readonly data?: unknown;
  readonly header: Record<string, string>;
  success(answer: object): void;
  fail(error: object): void;
}

interface Phone {
  /** How often upload-credentials was called. */
  readonly calls: number;
  /** How many parts were begun. */
  readonly parts: number;
  /** Called before each part is sent. */
  onPart: (count: number) => void;
  uploadLarge(filePath: string, query: object): Promise<string>;
}

/** A phone that runs the example; `clock` is its own idea of the time. */
function phoneThat(clock: () => number): Phone {
  vi.spyOn(Date, "now").mockImplementation(() => clock());
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  let calls = 0;
  let parts = 0;
  const uploadWx = createUploadWx(Number(new URL(emulator.cosUrl).port));
  const wx = {
    ...uploadWx,
    request(option: RequestOption) {
      if (!option.url.startsWith(emulator.url)) {
        if (/[?&]partNumber=/.test(option.url)) {
          parts += 1;
          phone.onPart(parts);
        }
        return uploadWx.request({ ...option, data: bytesOf(option.data) });
      }
      calls += 1;
      const query = new URLSearchParams(Object.entries(Object(option.data)));
      ask(`${option.url}?${query}`, { headers: option.header }).then(
        ({ status, json }) => option.success({ statusCode: status, data: json }),
        (error) => option.fail({ errMsg: `request:fail ${error}` }),
      );
      return { abort() {} };
    },
  };
  vi.stubGlobal("wx", wx);
  const require = createRequire(import.meta.url);
  for (const file of Object.keys(require.cache)) {
    if (file.includes("/node_modules/cos-wx-sdk-v5/")) delete require.cache[file];
  }
  const context = createContext({
    wx,
    require: () => require("cos-wx-sdk-v5/index.js"),
    FUNCTIONS: emulator.url,
    token,
    Date: { now: () => Date.now() },
  });
  runInContext(`${EXAMPLE}; this.uploadLarge = uploadLarge;`, context);
  const phone: Phone = {
    get calls() {
      return calls;
    },
    get parts() {
      return parts;
    },
    onPart: () => {},
    uploadLarge: (filePath, query) => context["uploadLarge"](filePath, query),
  };
  return phone;
}

function bytesOf(data: unknown): string | ArrayBuffer {
  return data instanceof ArrayBuffer ? data : typeof data === "string" ? data : "";
}

async function newFile(size: number): Promise<{ path: string; bytes: Buffer; query: object }> {
  const bytes = randomBytes(size);
  const path = join(directory, `${createHash("md5").update(bytes).digest("hex")}.mp4`);
  await writeFile(path, bytes);
  return { path, bytes, query: { ext: "mp4", size: String(size) } };
}

async function expectStored(key: string, bytes: Buffer): Promise<void> {
  vi.restoreAllMocks();
  const headers = { authorization: `Bearer ${token}` };
  const { json } = await ask<{ url: string }>(`${emulator.url}/object-url?key=${key}`, { headers });
  const response = await fetch(json.url.replace("https://", "http://"));
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
}

test.each([
  ["20 minutes ahead", HOUR_MS / 3, 12],
  ["right", 0, 5],
  ["20 minutes behind", -HOUR_MS / 3, 5],
  ["8 hours ahead", 8 * HOUR_MS, 5],
  ["8 hours behind", -8 * HOUR_MS, 5],
])("a phone whose clock is %s uploads with one call for credentials", async (_, ahead, megabytes) => {
  const phone = phoneThat(() => realNow() + ahead);
  const { path, bytes, query } = await newFile(megabytes * MiB);
  const key = await phone.uploadLarge(path, query);
  expect(phone.parts).toBe(megabytes);
  expect(phone.calls).toBe(1);
  await expectStored(key, bytes);
});

test.each([
  ["right", 0],
  ["8 hours ahead", 8 * HOUR_MS],
  ["8 hours behind", -8 * HOUR_MS],
])(
  "credentials that expire during the upload are renewed once, on a phone whose clock is %s",
  async (_, ahead) => {
    let passed = 0;
    const phone = phoneThat(() => realNow() + ahead + passed);
    phone.onPart = (count) => {
      if (count !== 3) return;
      passed = CREDENTIAL_SECONDS * 900;
      cloudAhead = passed;
    };
    const { path, bytes, query } = await newFile(6 * MiB);
    const key = await phone.uploadLarge(path, query);
    expect(phone.calls).toBe(2);
    await expectStored(key, bytes);
  },
);

test.each([
  ["ahead", 8 * HOUR_MS],
  ["behind", -8 * HOUR_MS],
])("a phone whose clock was 8 hours %s and is corrected during the upload renews once", async (_, wrong) => {
  let ahead = wrong;
  const phone = phoneThat(() => realNow() + ahead);
  phone.onPart = (count) => {
    if (count === 3) ahead = 0;
  };
  const { path, bytes, query } = await newFile(6 * MiB);
  const key = await phone.uploadLarge(path, query);
  expect(phone.calls).toBe(2);
  await expectStored(key, bytes);
});

test("a phone whose clock stands still renews as soon as COS says that its credentials have expired", async () => {
  const phone = phoneThat(() => realNow());
  phone.onPart = (count) => {
    if (count === 3) cloudAhead = (CREDENTIAL_SECONDS + 50) * 1000;
  };
  const { path, bytes, query } = await newFile(6 * MiB);
  const key = await phone.uploadLarge(path, query);
  expect(phone.calls).toBe(2);
  await expectStored(key, bytes);
});
