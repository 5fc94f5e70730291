import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { uploadAll } from "../../../packages/uploader/src/all.ts";
import {
  createCanceller,
  createUploader,
  type UploaderOptions,
  type UploadOptions,
} from "../../../packages/uploader/src/index.ts";
import { md5 } from "../../../packages/uploader/src/md5.ts";
import { createPauser, parts } from "../../../packages/uploader/src/parts.ts";
import { put } from "../../../packages/uploader/src/put.ts";
import { startTestEmulator } from "../../upload/emulator.ts";
import { errorOf } from "./error-of.ts";
import { type FakeService, sendJson, startFakeService } from "./fake-service.ts";
import { createWx, type TestWx } from "./wx.ts";

const MiB = 1024 ** 2;
const PART = 4 * MiB;
const VIDEO = "wxfile://tmp/video.mp4";
/** Just large enough to be uploaded in parts by default: each byte is encrypted, decrypted and hashed several times. */
const BYTES = randomBytes(2.5 * PART + 12_345);
const PARTS = 3;
/** Uploaded in parts if `partsFrom` is 1. */
const SMALL = randomBytes(1000);

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: TestWx;
let now = Date.now();

beforeAll(async () => {
  emulator = await startTestEmulator({ clock: () => now, environment: { SIGNATURE_SECONDS: "240" } });
});
afterAll(() => emulator.close());

/** The calls of the function, and the parts sent to storage, in order. */
let asked: { path: string; body: Record<string, unknown> }[] = [];
let sent: number[] = [];
let inFlight = 0;
let mostBytes = 0;
/** Handles a part's request instead of the phone if it returns true. */
let onPart: (part: PartRequest) => boolean;

interface PartRequest {
  readonly number: number;
  /** How often this part has been sent, including this time. */
  readonly times: number;
  readonly option: Request;
}

interface Request {
  readonly url: string;
  readonly method: string;
  readonly data?: string | ArrayBuffer;
  success(answer: { statusCode: number; data: unknown; header: object }): void;
  fail(error: { errMsg: string }): void;
}

/** A phone whose requests a test sees, with an earlier phone's storage. */
function startPhone(stored: ReadonlyMap<string, string> = new Map()): void {
  phone = createWx({
    files: new Map([[VIDEO, BYTES]]),
    ca: readFileSync(emulator.caFile, "utf8"),
    stored,
  });
  const real: (option: Request) => { abort(): void } = Reflect.get(phone.wx, "request");
  const request = (option: Request) => {
    const { pathname, searchParams } = new URL(option.url);
    const number = Number(searchParams.get("partNumber"));
    if (number === 0) {
      asked.push({ path: pathname, body: typeof option.data === "string" ? JSON.parse(option.data) : {} });
      return real(option);
    }
    const bytes = option.data instanceof ArrayBuffer ? option.data.byteLength : 0;
    sent.push(number);
    inFlight += bytes;
    mostBytes = Math.max(mostBytes, inFlight);
    const left = <T>(tell: (value: T) => void) => {
      return (value: T) => {
        inFlight -= bytes;
        tell(value);
      };
    };
    const watched = { ...option, success: left(option.success), fail: left(option.fail) };
    const times = sent.filter((other) => other === number).length;
    return onPart({ number, times, option: watched }) ? { abort() {} } : real(watched);
  };
  vi.stubGlobal("wx", { ...phone.wx, request });
}

beforeEach(() => {
  now = Date.now();
  [asked, sent, inFlight, mostBytes] = [[], [], 0, 0];
  onPart = () => false;
  startPhone();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function upload(options: UploadOptions = {}, settings: Partial<UploaderOptions> = {}) {
  const uploader = createUploader({ endpoint: emulator.url, backoffMs: 1, parts, ...settings });
  return uploader.upload(VIDEO, options);
}

async function stored(key: string): Promise<Buffer> {
  const object = emulator.store.get(key);
  if (!object) throw new Error(`${key} is not stored`);
  const response = await fetch(`${emulator.url}/object-url?key=${key}`);
  const { url }: { url: string } = JSON.parse(await response.text());
  return Buffer.from(await (await fetch(url.replace("https:", "http:"))).arrayBuffer());
}

async function expectStored(key: string): Promise<void> {
  expect((await stored(key)).equals(BYTES)).toBe(true);
  expect(emulator.store.get(key)?.contentType).toBe("video/mp4");
}

/** An upload that failed with one part in storage. */
async function breakOff(): Promise<string> {
  let isStored = false;
  onPart = ({ number, option }) => {
    if (number === 1) {
      const { success } = option;
      option.success = (answer) => {
        isStored = true;
        success(answer);
      };
      return false;
    }
    const fail = () =>
      isStored ? option.fail({ errMsg: "request:fail interrupted" }) : void setTimeout(fail, 10);
    setTimeout(fail, 50);
    return true;
  };
  const error = await errorOf(upload({}, { maxAttempts: 2, partsAtOnce: 2 }));
  expect(error).toMatchObject({ kind: "network", code: "Interrupted", retryable: true });
  await expect.poll(() => phone.stored.get("cos-uploader")).toMatch(/ticket/);
  onPart = () => false;
  sent = [];
  asked = [];
  return error.key ?? "";
}

test("stores a large file completely, with few parts in memory and steady progress", async () => {
  const seen: number[] = [];
  const large = randomBytes(5 * PART + 1);
  phone.files.set(VIDEO, large);
  const { key, size } = await upload({ onProgress: ({ fraction }) => seen.push(fraction) });
  expect(size).toBe(large.length);
  expect((await stored(key)).equals(large)).toBe(true);
  expect(sent.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(mostBytes).toBeGreaterThan(PART);
  expect(mostBytes).toBeLessThanOrEqual(4 * PART);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect([seen[0], seen.at(-1)]).toEqual([0, 1]);
  expect(seen.length).toBeGreaterThan(6);
  expect(asked.map(({ path }) => path)).toEqual(["/multipart", "/multipart/complete"]);
  expect(asked[0]?.body).toEqual({ ext: "mp4", size: large.length });
  expect(phone.stored.get("cos-uploader")).toBe("[]");
});

// https://developers.weixin.qq.com/miniprogram/dev/api/file/FileSystemManager.readFile.html: `position` and `length` are from
// version 2.10.0 of the base library on; other platforms lack them too.
test("stores a file in parts where the platform reads only whole files", async () => {
  const { getFileSystemManager, ...others } = Reflect.get(globalThis, "wx");
  const files = getFileSystemManager();
  const readFile = ({ position, length, ...option }: { position?: number; length?: number }) =>
    files.readFile(option);
  vi.stubGlobal("wx", { ...others, getFileSystemManager: () => ({ ...files, readFile }) });
  const { key } = await upload();
  await expectStored(key);
  expect(sent.toSorted()).toEqual([1, 2, 3]);
});

test("resends parts that were cut, refused temporarily, slow, or late for their signature", async () => {
  const seen: number[] = [];
  onPart = ({ number, times, option }) => {
    if (number === 1 && times < 3) option.fail({ errMsg: "request:fail interrupted" });
    else if (number === 2 && times === 1)
      option.success({ statusCode: 503, data: "<Code>SlowDown</Code>", header: {} });
    else if (number === 3 && times === 1) now += 290_000;
    return (number === 1 && times < 3) || (number === 2 && times === 1);
  };
  const onProgress: UploadOptions["onProgress"] = ({ fraction }) => seen.push(fraction);
  const { key } = await upload({ onProgress }, { partsAtOnce: 2 });
  await expectStored(key);
  expect(sent.filter((number) => number === 1)).toHaveLength(3);
  expect(sent.filter((number) => number === 2)).toHaveLength(2);
  expect(asked.map(({ path }) => path)).toContain("/multipart/parts");
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});

describe("an interrupted upload", () => {
  test("continues after a restart of the app with the missing parts", async () => {
    const broken = await breakOff();
    startPhone(phone.stored);
    const seen: number[] = [];
    const { key } = await upload({ onProgress: ({ fraction }) => seen.push(fraction) });
    expect(key).toBe(broken);
    expect(sent.toSorted((a, b) => a - b)).toEqual([2, 3]);
    expect(seen[1]).toBeGreaterThan(0.3);
    await expectStored(key);
    expect(phone.stored.get("cos-uploader")).toBe("[]");
  });

  test("is forgotten once its ticket has ended, with what its user said of the file", async () => {
    await breakOff();
    const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 23 * 3600_000);
    createUploader({ endpoint: emulator.url, parts });
    expect(phone.stored.get("cos-uploader")).toContain("ticket");
    clock.mockReturnValue(Date.now() + 2 * 3600_000);
    createUploader({ endpoint: emulator.url, parts });
    clock.mockRestore();
    expect(phone.stored.get("cos-uploader")).toBe("[]");
  });

  test("is not mixed with another file of the same size", async () => {
    const broken = await breakOff();
    const other = Buffer.from(BYTES);
    other.writeUInt8(BYTES.readUInt8(0) ^ 1, 0);
    phone.files.set(VIDEO, other);
    const { key } = await upload();
    expect(key).not.toBe(broken);
    expect((await stored(key)).equals(other)).toBe(true);
  });

  test("is not continued with another type or extension", async () => {
    const broken = await breakOff();
    const { key } = await upload({ type: "video/x-m4v", ext: "m4v" });
    expect(key).not.toBe(broken);
  });

  test.each([
    ["that storage no longer knows", "the upload"],
    ["whose ticket is another user's", "the ticket"],
  ])("%s starts over", async (_, what) => {
    const broken = await breakOff();
    const records = phone.stored.get("cos-uploader") ?? "";
    const [{ ticket }] = JSON.parse(records);
    if (what === "the ticket") phone.stored.set("cos-uploader", records.replace(ticket, `${ticket}x`));
    else {
      const body = JSON.stringify({ ticket });
      const headers = { "content-type": "application/json" };
      await fetch(`${emulator.url}/multipart/abort`, { method: "POST", headers, body });
    }
    const { key } = await upload();
    expect(key).not.toBe(broken);
    await expectStored(key);
    expect(phone.stored.get("cos-uploader")).toBe("[]");
  });

  test("that was completed, but lost the answer, is not sent again", async () => {
    const real: (option: Request) => object = Reflect.get(phone.wx, "request");
    const request = (option: Request) => {
      const success = () => option.fail({ errMsg: "request:fail interrupted" });
      return real(option.url.endsWith("/complete") ? { ...option, success } : option);
    };
    vi.stubGlobal("wx", { ...phone.wx, request });
    const error = await errorOf(upload({}, { maxAttempts: 1 }));
    expect(error).toMatchObject({ code: "Interrupted", retryable: true });
    sent = [];
    startPhone(phone.stored);
    const { key } = await upload();
    expect(sent).toEqual([]);
    await expectStored(key);
  });
});

test("a part that storage refuses for good ends the upload, with the details in the error", async () => {
  const refusal = "<Error><Code>AccessDenied</Code><Message>No.</Message><RequestId>r1</RequestId></Error>";
  onPart = ({ number, option }) => {
    if (number === 3) option.success({ statusCode: 403, data: refusal, header: {} });
    return number === 3;
  };
  const error = await errorOf(upload());
  expect(error).toMatchObject({
    kind: "storage",
    code: "AccessDenied",
    status: 403,
    retryable: false,
    method: "PUT",
    requestId: "r1",
    key: expect.stringMatching(/^uploads\//),
  });
  expect(JSON.stringify(error)).not.toMatch(/q-signature|partNumber/);
  expect(sent.filter((number) => number === 3)).toHaveLength(1);
});

test("sends nothing while paused, and the rest after resuming", async () => {
  const pauser = createPauser();
  const onProgress: UploadOptions["onProgress"] = ({ fraction }) =>
    fraction > 0.2 && fraction < 0.5 && pauser.pause();
  const uploading = upload({ pause: pauser.signal, onProgress }, { partsAtOnce: 2 });
  await expect.poll(() => pauser.signal.paused).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const before = sent.length;
  expect(before).toBeLessThan(PARTS);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(sent).toHaveLength(before);
  pauser.resume();
  // It pauses again if the progress is still low.
  const again = setInterval(() => pauser.resume(), 20);
  const { key } = await uploading.finally(() => clearInterval(again));
  await expectStored(key);
});

test("cancelling, even while paused, aborts the upload in storage", async () => {
  for (const isPaused of [false, true]) {
    startPhone();
    const [{ signal, cancel }, pauser] = [createCanceller(), createPauser()];
    const uploading = upload({
      signal,
      pause: pauser.signal,
      onProgress: ({ fraction }) => {
        if (fraction === 0) return;
        if (isPaused) pauser.pause();
        setTimeout(cancel, isPaused ? 50 : 0);
      },
    });
    expect(await errorOf(uploading)).toMatchObject({ kind: "cancelled", code: "Cancelled" });
    await expect.poll(() => asked.at(-1)?.path).toBe("/multipart/abort");
    const ticket = asked.at(-1)?.body["ticket"];
    await expect
      .poll(async () => {
        const headers = { "content-type": "application/json" };
        // It asks and changes nothing: the parts may all be stored while the abort is on its way.
        const body = JSON.stringify({ ticket, resume: true });
        return (await fetch(`${emulator.url}/multipart/parts`, { method: "POST", headers, body })).status;
      })
      .toBe(404);
    expect(phone.stored.get("cos-uploader") ?? "[]").toBe("[]");
  }
});

test("many large files together stay within the platform's transfer limit", async () => {
  const paths = [1, 2, 3].map((number) => `wxfile://tmp/${number}.mp4`);
  for (const path of paths) phone.files.set(path, BYTES);
  const uploader = createUploader({ endpoint: emulator.url, backoffMs: 1, parts });
  const outcomes = await uploadAll(uploader, [...paths, "wxfile://gone.mp4"]);
  expect(outcomes.map(({ status }) => status)).toEqual(["uploaded", "uploaded", "uploaded", "failed"]);
  expect(phone.mostInFlight).toBeLessThanOrEqual(10);
});

test.each<[string, UploadOptions]>([
  ["with an explicit method", { method: put }],
  ["with a digest", { md5 }],
])("sends a file of any size in one request %s", async (_, options) => {
  phone.files.set(VIDEO, SMALL);
  const { key } = await upload(options, { partsFrom: 1 });
  expect((await stored(key)).equals(SMALL)).toBe(true);
  expect(sent).toEqual([]);
});

test.each<[string, Partial<UploaderOptions>]>([
  ["below the size limit", { partsFrom: BYTES.length + 1 }],
  ["with parts disabled", { partsFrom: Number.POSITIVE_INFINITY }],
  ["with a size limit as text", { partsFrom: JSON.parse(`"${BYTES.length + 1}"`) }],
])("sends a large file in one request %s", async (_, settings) => {
  const { key } = await upload({}, settings);
  await expectStored(key);
  expect(sent).toEqual([]);
});

test.each([createPauser(), true, {}])(
  "a pause that is no signal fails before anything is sent",
  async (pause) => {
    const options = {};
    Object.assign(options, { pause });
    const error = await errorOf(upload(options));
    expect(error).toMatchObject({ kind: "configuration", code: "InvalidOption", retryable: false });
    expect(error.message).toContain("the signal of createPauser()");
    expect(asked).toEqual([]);
  },
);

test("without parts, a file above a rule's limit fails, and the error says what to import", async () => {
  const request = Reflect.get(phone.wx, "request");
  const tooLarge = { error: { code: "FileTooLarge", message: "At most 200 MiB." } };
  vi.stubGlobal("wx", {
    ...phone.wx,
    request: (option: Request) => option.success({ statusCode: 413, data: tooLarge, header: {} }),
  });
  const endpoint = emulator.url;
  const error = await errorOf(createUploader({ endpoint }).upload(VIDEO));
  expect(error).toMatchObject({ code: "FileTooLarge", status: 413, retryable: false });
  expect(error.message).toMatch(/^At most 200 MiB\..*createUploader\(\{.*parts.*cos-uploader\/parts/);
  const told = await errorOf(createUploader({ endpoint, parts, partsFrom: Infinity }).upload(VIDEO));
  expect(told.message).toBe("At most 200 MiB.");
  vi.stubGlobal("wx", { ...phone.wx, request });
});

describe("a service", () => {
  let service: FakeService;
  beforeEach(async () => {
    service = await startFakeService();
  });
  afterEach(() => service.close());

  test("without the function multipart gets the file in one request, and is asked for parts once", async () => {
    let times = 0;
    service.onSign = (response, _, request) => {
      if (!request.url?.startsWith("/multipart")) return service.sendTicket(response);
      times += 1;
      sendJson(response, 404, { error: { code: "NotFound", message: "No such function." } });
    };
    phone.files.set(VIDEO, SMALL);
    const { upload } = createUploader({ endpoint: service.endpoint, parts, partsFrom: 1 });
    for (const count of [1, 2]) {
      await upload(VIDEO);
      expect(service.uploads).toHaveLength(count);
      expect(service.uploads.at(-1)?.file.equals(SMALL)).toBe(true);
    }
    expect(times).toBe(1);
  });

  test("with an address for every function but multipart gets the file in one request", async () => {
    const { endpoint } = service;
    phone.files.set(VIDEO, SMALL);
    const { upload } = createUploader({
      endpoint: { "put-sign": endpoint, "post-policy": endpoint },
      parts,
      partsFrom: 1,
    });
    await upload(VIDEO);
    expect(service.signed.map(({ name }) => name)).toEqual(["post-policy"]);
  });

  test("signs parts page by page, for the next ones together", async () => {
    const partSize = 160 * 1024;
    const numbersAsked: number[][] = [];
    const page = (numbers: readonly number[]) => ({
      parts: numbers.map((number) => ({
        number,
        url: `${service.endpoint}/cos/${number}?partNumber=${number}`,
        headers: { Authorization: `signature-${number}` },
      })),
      serverTime: 1000,
      expiresAt: 1900,
    });
    service.onSign = async (response, _, request) => {
      let text = "";
      for await (const chunk of request) text += String(chunk);
      const { numbers } = JSON.parse(text);
      if (request.url === "/multipart") {
        const first = Array.from({ length: 50 }, (_, index) => index + 1);
        sendJson(response, 200, { key: "a.mp4", ticket: "t", partSize, ...page(first) });
      } else if (request.url === "/multipart/parts") {
        numbersAsked.push(numbers);
        sendJson(response, 200, page(numbers));
      } else sendJson(response, 200, {});
    };
    await createUploader({ endpoint: service.endpoint, parts, partsAtOnce: 3 }).upload(VIDEO);
    const count = Math.ceil(BYTES.length / partSize);
    const sorted = service.uploads.toSorted(
      (a, b) => Number(a.key.split("?")[0]) - Number(b.key.split("?")[0]),
    );
    expect(sorted).toHaveLength(count);
    expect(Buffer.concat(sorted.map(({ file }) => file)).equals(BYTES)).toBe(true);
    expect(numbersAsked.map(({ length }) => length)).toEqual([count - 50]);
  });

  test("attack: an answer that would cut the file into more parts than COS joins is refused", async () => {
    service.onSign = (response) =>
      sendJson(response, 200, { key: "a", ticket: "t", partSize: 1, parts: [], serverTime: 1, expiresAt: 2 });
    const uploading = createUploader({ endpoint: service.endpoint, parts, partsFrom: 1 }).upload(VIDEO);
    await expect(uploading).rejects.toMatchObject({ code: "AnswerInvalid" });
    expect(service.uploads).toEqual([]);
  });
});
