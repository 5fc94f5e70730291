import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { uploadAll } from "../../../packages/uploader/src/all.ts";
import { createCanceller, createUploader } from "../../../packages/uploader/src/index.ts";
import { md5 } from "../../../packages/uploader/src/md5.ts";
import { ask, startTestEmulator } from "../../upload/emulator.ts";
import { by } from "./by.ts";
import { errorOf } from "./error-of.ts";
import { createWx, type TestWx, type UploadFileOption } from "./wx.ts";

const JWT_SECRET = randomBytes(32).toString("hex");
const PHOTO = "wxfile://tmp/photo.jpg";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: TestWx;
let now = Date.now();

beforeAll(async () => {
  emulator = await startTestEmulator({ clock: () => now, environment: { JWT_SECRET } });
});
afterAll(() => emulator.close());

beforeEach(() => {
  now = Date.now();
  phone = createWx({
    files: new Map([[PHOTO, randomBytes(300_000)]]),
    ca: readFileSync(emulator.caFile, "utf8"),
  });
  vi.stubGlobal("wx", phone.wx);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function uploader() {
  return createUploader({ endpoint: emulator.url, backoffMs: 1 });
}

async function stored(key: string): Promise<{ readonly bytes: Buffer; readonly type: string | null }> {
  const { json } = await ask<{ url: string }>(`${emulator.url}/object-url?key=${key}`);
  const response = await fetch(json.url.replace("https:", "http:"));
  expect(response.status).toBe(200);
  return { bytes: Buffer.from(await response.arrayBuffer()), type: response.headers.get("content-type") };
}

/** Lets a test see and change each transfer by wx.uploadFile. */
function onTransfer(see: (option: UploadFileOption) => UploadFileOption): void {
  const { wx } = phone;
  vi.stubGlobal("wx", { ...wx, uploadFile: (option: UploadFileOption) => wx.uploadFile(see(option)) });
}

describe.each(["POST", "PUT"] as const)("by %s", (method) => {
  test.each(["jpg", "png", "mp4", "pdf", "docx"])("stores a .%s file unchanged", async (ext) => {
    const filePath = `wxfile://tmp/file.${ext}`;
    const bytes = randomBytes(200_000);
    phone.files.set(filePath, bytes);
    const seen: number[] = [];
    const { key } = await uploader().upload(filePath, {
      ...by(method),
      md5,
      onProgress: ({ fraction }) => seen.push(fraction),
    });
    const object = await stored(key);
    expect(object.bytes.equals(bytes)).toBe(true);
    expect(object.type).toMatch({ mp4: /^video\/mp4$/, pdf: /pdf$/, docx: /document$/ }[ext] ?? /^image\//);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  test("stores an empty file", async () => {
    phone.files.set(PHOTO, Buffer.of());
    const { key } = await uploader().upload(PHOTO, by(method));
    expect((await stored(key)).bytes).toHaveLength(0);
  });

  test("refuses a file above the rule's limit before sending it", async () => {
    phone.files.set(PHOTO, randomBytes(2 * 1024 ** 2 + 1));
    const error = await errorOf(uploader().upload(PHOTO, { ...by(method), rule: "avatar" }));
    expect(error).toMatchObject({ kind: "service", code: "FileTooLarge", status: 413 });
    expect(error.requestId).not.toBe("");
  });

  test("refuses a file without a rule before sending it", async () => {
    phone.files.set("wxfile://tmp/run.exe", randomBytes(10));
    const error = await errorOf(uploader().upload("wxfile://tmp/run.exe", by(method)));
    expect(error).toMatchObject({ kind: "service", code: "ExtensionNotAllowed", status: 400 });
  });

  test("refuses a type that is not the extension's before sending it", async () => {
    const error = await errorOf(uploader().upload(PHOTO, { ...by(method), type: "text/html" }));
    expect(error).toMatchObject({ kind: "service", code: "TypeNotAllowed", status: 400 });
  });

  test("storage refuses a file that grew after it was signed", async () => {
    const error = await errorOf(
      uploader().upload(PHOTO, {
        ...by(method),
        onProgress: () => phone.files.set(PHOTO, randomBytes(300_001)),
      }),
    );
    expect(error).toMatchObject({
      kind: "storage",
      ...(method === "POST"
        ? { code: "EntityTooLarge", status: 400 }
        : { code: "SignatureDoesNotMatch", status: 403 }),
      retryable: false,
    });
    expect(error.requestId).not.toBe("");
  });

  test("storage refuses a file that changed after it was signed", async () => {
    const error = await errorOf(
      uploader().upload(PHOTO, {
        ...by(method),
        md5,
        onProgress: () => phone.files.set(PHOTO, randomBytes(300_000)),
      }),
    );
    expect(error).toMatchObject({ kind: "storage", code: "BadDigest", status: 400 });
  });
});

test("an expired signature is replaced by a new one, with another key", async () => {
  const keys: (string | undefined)[] = [];
  onTransfer((option) => {
    keys.push(option.formData?.["key"]);
    // COS's clock is an hour ahead at the first transfer.
    if (keys.length === 1) now += 3600_000;
    return {
      ...option,
      success(result) {
        now = Date.now();
        option.success?.(result);
      },
    };
  });
  const { key } = await uploader().upload(PHOTO);
  expect(keys).toEqual([expect.not.stringMatching(key), key]);
  expect((await stored(key)).bytes.equals(phone.files.get(PHOTO) ?? Buffer.of())).toBe(true);
});

describe.each([8, -8])("on a phone whose clock is %d hours off", (hours) => {
  test.each(["POST", "PUT"] as const)("stores a file with one signature, by %s", async (method) => {
    const asked: string[] = [];
    const { wx } = phone;
    const request = Reflect.get(wx, "request");
    vi.stubGlobal("wx", {
      ...wx,
      request(option: { readonly url: string }) {
        if (option.url.startsWith(emulator.url)) asked.push(option.url);
        return request(option);
      },
    });
    const clock = Date.now;
    const spy = vi.spyOn(Date, "now").mockImplementation(() => clock() + hours * 3600_000);
    const { key } = await uploader().upload(PHOTO, by(method));
    spy.mockRestore();
    expect(asked).toHaveLength(1);
    expect((await stored(key)).bytes.equals(phone.files.get(PHOTO) ?? Buffer.of())).toBe(true);
  });
});

test("a cancelled upload leaves nothing in the bucket", async () => {
  const { signal, cancel } = createCanceller();
  phone.files.set(PHOTO, randomBytes(8_000_000));
  let key = "";
  onTransfer((option) => {
    key = option.formData?.["key"] ?? "";
    return option;
  });
  const onProgress = ({ fraction }: { fraction: number }) => fraction > 0 && cancel();
  const error = await errorOf(uploader().upload(PHOTO, { signal, onProgress }));
  expect(error).toMatchObject({ kind: "cancelled", code: "Cancelled" });
  const { json } = await ask<{ url: string }>(`${emulator.url}/object-url?key=${key}`);
  expect((await fetch(json.url.replace("https:", "http:"))).status).toBe(404);
});

test("30 simultaneous files are all stored, each under its own key", async () => {
  const paths = Array.from({ length: 30 }, (_, i) => `wxfile://tmp/${i}.jpg`);
  for (const path of paths) phone.files.set(path, randomBytes(20_000));
  const outcomes = await uploadAll(uploader(), paths);
  for (const outcome of outcomes) {
    expect(outcome.status).toBe("uploaded");
    if (outcome.status !== "uploaded") continue;
    const { bytes } = await stored(outcome.file.key);
    expect(bytes.equals(phone.files.get(outcome.filePath) ?? Buffer.of())).toBe(true);
  }
  expect(phone.mostInFlight).toBe(10);
});

describe("with UPLOAD_AUTH=jwt", () => {
  let locked: Awaited<ReturnType<typeof startTestEmulator>>;
  beforeAll(async () => {
    locked = await startTestEmulator({ environment: { JWT_SECRET, UPLOAD_AUTH: "jwt" } });
  });
  afterAll(() => locked.close());
  beforeEach(() => {
    vi.stubGlobal("wx", createWx({ files: phone.files, ca: readFileSync(locked.caFile, "utf8") }).wx);
  });

  async function expiredToken(): Promise<string> {
    const jwt = new SignJWT({}).setProtectedHeader({ alg: "HS256" }).setSubject("ann");
    return await jwt.setExpirationTime("-1m").sign(new TextEncoder().encode(JWT_SECRET));
  }

  test("renews an expired token with a login", async () => {
    const expired = await expiredToken();
    const { upload } = createUploader({
      endpoint: locked.url,
      async getToken({ refresh }) {
        if (!refresh) return expired;
        const { json } = await ask<{ token: string }>(`${locked.url}/login`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ code: "user-ann-1" }),
        });
        return json.token;
      },
    });
    expect((await upload(PHOTO)).key).toMatch(/^uploads\/[0-9a-f]{32}\//);
  });

  test("fails if the token stays expired", async () => {
    const expired = await expiredToken();
    const { upload } = createUploader({ endpoint: locked.url, getToken: () => expired });
    const error = await errorOf(upload(PHOTO));
    expect(error).toMatchObject({ kind: "service", code: "TokenExpired", status: 401, retryable: false });
  });

  test("fails without a token", async () => {
    const error = await errorOf(createUploader({ endpoint: locked.url }).upload(PHOTO));
    expect(error).toMatchObject({ kind: "service", code: "TokenMissing", status: 401 });
    // Nothing in it looks like a secret that errors must not contain.
    expect(error.message).not.toContain("***");
  });
});
