import { createHash, randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { uploadAll } from "../../../packages/uploader/src/all.ts";
import { createUploader, type UploaderOptions } from "../../../packages/uploader/src/index.ts";
import { md5 } from "../../../packages/uploader/src/md5.ts";
import { put } from "../../../packages/uploader/src/put.ts";
import { errorOf } from "./error-of.ts";
import { type FakeService, hang, sendJson, startFakeService } from "./fake-service.ts";
import { createWx, type TestWx, type UploadFileOption } from "./wx.ts";

const PHOTO = "wxfile://tmp/photo.jpg";
const BYTES = randomBytes(200_000);

let service: FakeService;
let phone: TestWx;
beforeEach(async () => {
  service = await startFakeService();
  phone = createWx({ files: new Map([[PHOTO, BYTES]]) });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await service.close();
});

function uploader(options: Partial<UploaderOptions> = {}) {
  return createUploader({ endpoint: service.endpoint, backoffMs: 1, ...options });
}

/** The phone's `wx` with other methods, or without those that are undefined. */
function platform(methods: Readonly<Record<string, unknown>>): void {
  vi.stubGlobal("wx", { ...phone.wx, ...methods });
}

function expectStored(): void {
  expect(service.uploads).toHaveLength(1);
  expect(service.uploads[0]?.file.equals(BYTES)).toBe(true);
}

describe("a platform whose wx.uploadFile and wx.request give", () => {
  const request = () => Reflect.get(phone.wx, "request");
  const progress = (listener: (update: object) => void) => ({
    abort() {},
    onProgressUpdate: listener,
  });

  test.each<[string, (task: object) => unknown]>([
    ["nothing", () => undefined],
    ["null", () => null],
    ["a number", () => 7],
    ["an empty task", () => ({})],
    ["a task that is no progress", ({ ...task }) => ({ ...task, onProgressUpdate: undefined })],
    ["a promise", () => Promise.resolve()],
    ["a promise that rejects", () => Promise.reject(new Error("fail"))],
    [
      "a task whose onProgressUpdate gives empty updates",
      () => progress((tell) => (tell as (u: unknown) => void)({})),
    ],
  ])("%s still uploads", async (_, taskOf) => {
    platform({
      uploadFile: (option: UploadFileOption) => taskOf(phone.wx.uploadFile(option)),
      request: (option: object) => taskOf(request()(option)),
    });
    const seen: number[] = [];
    const { key, size } = await uploader().upload(PHOTO, {
      onProgress: ({ fraction }) => seen.push(fraction),
    });
    expect({ key, size }).toEqual({ key: "uploads/1.jpg", size: BYTES.length });
    expect([seen[0], seen.at(-1)]).toEqual([0, 1]);
    expectStored();
  });

  test("a task without abort can still time out and be cancelled", async () => {
    platform({
      uploadFile: (option: UploadFileOption) => void phone.wx.uploadFile(option),
      request: (option: object) => void request()(option),
    });
    service.onUpload = hang;
    const error = await errorOf(uploader({ transferTimeoutMs: 50, maxAttempts: 1 }).upload(PHOTO));
    expect(error).toMatchObject({ kind: "timeout", code: "Timeout" });
    const controller = new AbortController();
    service.onUploadStart = () => controller.abort();
    expect((await errorOf(uploader().upload(PHOTO, { signal: controller.signal }))).code).toBe("Cancelled");
  });

  test("a task that throws still uploads", async () => {
    const broken = () => {
      throw new Error("not on this phone");
    };
    platform({
      uploadFile(option: UploadFileOption) {
        phone.wx.uploadFile(option);
        return { abort: broken, onProgressUpdate: broken };
      },
    });
    await uploader().upload(PHOTO);
    expectStored();
  });

  test("progress only in per cent", async () => {
    platform({
      uploadFile(option: UploadFileOption) {
        phone.wx.uploadFile(option);
        return { onProgressUpdate: (listener: (update: object) => void) => listener({ progress: 40 }) };
      },
    });
    const seen: number[] = [];
    await uploader().upload(PHOTO, { onProgress: ({ fraction }) => seen.push(fraction) });
    expect(seen).toEqual([0, 0.4, 1]);
  });

  test("the status as a text", async () => {
    platform({
      request: ({ success, ...option }: { success(answer: object): void }) =>
        request()({
          ...option,
          success: (answer: { statusCode: number }) =>
            success({ ...answer, statusCode: String(answer.statusCode) }),
        }),
    });
    await uploader().upload(PHOTO, { method: put });
    expectStored();
  });

  test.each([undefined, 0, "", null, "no answer"])(
    "no status (%j) counts as no answer",
    async (statusCode) => {
      const answer = statusCode === "no answer" ? undefined : { statusCode, data: "" };
      platform({ request: ({ success }: { success(answer: unknown): void }) => success(answer) });
      const error = await errorOf(uploader({ maxAttempts: 2 }).upload(PHOTO));
      expect(error).toMatchObject({ kind: "network", code: "NetworkError", status: 0, retryable: true });
    },
  );

  test("unparsed JSON", async () => {
    platform({ request: (option: object) => request()({ ...option, dataType: "text" }) });
    await uploader().upload(PHOTO);
    expectStored();
    service.onSign = (response) =>
      sendJson(response, 413, { error: { code: "FileTooLarge", message: "No." } });
    expect(await errorOf(uploader().upload(PHOTO))).toMatchObject({ code: "FileTooLarge", status: 413 });
  });
});

/** Unexpected callbacks and progress of platforms; a case that somebody reported has its address. */
describe("a platform that", () => {
  interface Ending {
    success(answer: object): void;
    fail(error: object): void;
  }
  const stored = { statusCode: 204, data: "" };

  /** Uploads with this wx.uploadFile; resolves to the outcome and the progress that was reported. */
  async function uploadWith(uploadFile: (option: Ending) => unknown, options: object = {}) {
    platform({ uploadFile });
    const seen: number[] = [];
    const onProgress = ({ fraction }: { fraction: number }) => seen.push(fraction);
    const outcome = await uploader({ maxAttempts: 2 })
      .upload(PHOTO, { onProgress, ...options })
      .catch((error: { code: string }) => error.code);
    return { outcome, seen };
  }
  const reporting = (updates: readonly unknown[]) => (option: Ending) => {
    const listeners: ((update: unknown) => void)[] = [];
    setImmediate(() => {
      for (const report of listeners) updates.forEach(report);
      option.success(stored);
    });
    return { onProgressUpdate: (listener: (update: unknown) => void) => listeners.push(listener) };
  };

  test.each([
    ["past 100 (https://github.com/getfireside/fireside/issues/82)", [{ progress: 101 }], [0, 0.99, 1]],
    [
      "100 long before the end (https://github.com/gpake/qiniu-wxapp-sdk/issues/78)",
      [{ progress: 100 }, { progress: 100 }],
      [0, 0.99, 1],
    ],
    ["NaN (https://github.com/dropzone/dropzone/issues/2072)", [{ progress: Number.NaN }], [0, 1]],
    [
      "Infinity (https://github.com/fex-team/webuploader/issues/399)",
      [{ progress: Number.POSITIVE_INFINITY }],
      [0, 0.99, 1],
    ],
    ["less than before", [{ progress: 50 }, { progress: 20 }, { progress: -1 }], [0, 0.5, 1]],
    ["a text", [{ progress: "40" }], [0, 0.4, 1]],
    ["nothing", [undefined, null, {}], [0, 1]],
  ])("reports %s as progress", async (_, updates, expected) => {
    const { outcome, seen } = await uploadWith(reporting(updates));
    expect(outcome).toMatchObject({ key: "uploads/1.jpg" });
    expect(seen).toEqual(expected);
  });

  /** Reports this progress, and stores the file after a while, if ever. */
  const slow = (progress: number, storedAfterMs?: number) => (option: Ending) => ({
    onProgressUpdate(listener: (update: object) => void) {
      listener({ progress });
      if (storedAfterMs) setTimeout(() => option.success(stored), storedAfterMs);
    },
  });

  test("reports no further progress is given up", async () => {
    platform({ uploadFile: slow(40) });
    const error = await errorOf(uploader({ stallTimeoutMs: 30, maxAttempts: 1 }).upload(PHOTO));
    expect(error).toMatchObject({ kind: "timeout", message: "COS's answer did not come within 30 ms." });
  });

  // A large video took minutes from there: https://github.com/gpake/qiniu-wxapp-sdk/issues/78. Browsers do it too:
  // https://github.com/transloadit/uppy/issues/2929, https://github.com/owncloud/web/issues/7900
  test("reports 100 long before it has sent the file is not given up for that", async () => {
    platform({ uploadFile: slow(100, 150) });
    const { key } = await uploader({ stallTimeoutMs: 30, maxAttempts: 1 }).upload(PHOTO);
    expect(key).toBe("uploads/1.jpg");
    platform({ uploadFile: slow(100) });
    const error = await errorOf(uploader({ transferTimeoutMs: 50, maxAttempts: 1 }).upload(PHOTO));
    expect(error.message).toBe("COS's answer did not come within 50 ms.");
  });

  test("calls success twice and then fail: the upload succeeds once", async () => {
    const { outcome, seen } = await uploadWith(({ success, fail }) => {
      setImmediate(() => {
        success(stored);
        success(stored);
        fail({ errMsg: "uploadFile:fail abort" });
      });
    });
    expect(outcome).toMatchObject({ key: "uploads/1.jpg" });
    expect(seen).toEqual([0, 1]);
  });

  test("calls success at once, before it returns the task", async () => {
    const { outcome } = await uploadWith(({ success }) => {
      success(stored);
      return { abort() {}, onProgressUpdate() {} };
    });
    expect(outcome).toMatchObject({ key: "uploads/1.jpg" });
  });

  test("calls success after the caller has cancelled", async () => {
    const controller = new AbortController();
    const { outcome, seen } = await uploadWith(
      ({ success }) => {
        setImmediate(() => {
          controller.abort();
          success(stored);
        });
      },
      { signal: controller.signal },
    );
    expect(outcome).toBe("Cancelled");
    expect(seen).toEqual([0]);
  });

  test("never calls back (https://github.com/xiaweiss/miniprogram-bug-report/issues/272)", async () => {
    platform({ uploadFile: () => ({}) });
    const error = await errorOf(uploader({ transferTimeoutMs: 30, maxAttempts: 1 }).upload(PHOTO));
    expect(error).toMatchObject({ kind: "timeout", retryable: true });
  });

  test.each([
    { "X-Cos-Request-Id": "NjUw" },
    { "x-cos-request-id": "NjUw" },
    { "X-COS-REQUEST-ID": ["NjUw"] },
  ])("writes headers as %j", async (header) => {
    platform({
      uploadFile: ({ success }: Ending) => {
        setImmediate(() => success({ statusCode: 403, data: "<html>", header }));
      },
    });
    const error = await errorOf(uploader().upload(PHOTO));
    expect(error).toMatchObject({ kind: "storage", code: "Http403", requestId: "NjUw" });
  });
});

describe("a platform without wx", () => {
  test.each(["request", "uploadFile"])("%s fails with an error that is not retried", async (name) => {
    platform({ [name]: undefined });
    const error = await errorOf(uploader().upload(PHOTO));
    expect(error).toMatchObject({ kind: "client", code: "Unexpected", retryable: false });
  });

  // A web page with this entry in place of `cos-uploader/web`: choosing the file again would not help.
  test("at all fails with what is missing, whatever the upload begins with", async () => {
    for (const options of [{}, { method: put }, { md5 }]) {
      const error = await errorOf(uploader().upload(PHOTO, options));
      expect(error).toMatchObject({ kind: "client", code: "Unexpected", retryable: false });
      expect(error.message).toBe("wx is not defined");
    }
  });

  test("whose file system cannot give a size still uploads by POST", async () => {
    platform({ getFileSystemManager: undefined });
    const { size } = await uploader().upload(PHOTO);
    expect(size).toBe(0);
    expect(service.signed[0]?.query["size"]).toBeUndefined();
    expectStored();
    const error = await errorOf(uploader().upload(PHOTO, { method: put }));
    expect(error).toMatchObject({ kind: "configuration", code: "NotSupported", retryable: false });
  });
});

test.each([{}, [], 5])(
  "a file of which the platform gives %j in place of bytes is not sent",
  async (data) => {
    const readFile = ({ success }: { success(read: object): void }) => success({ data });
    platform({ getFileSystemManager: () => ({ readFile }) });
    const error = await errorOf(uploader().upload(PHOTO, { method: put }));
    expect(error).toMatchObject({ code: "FileUnreadable", retryable: false });
    expect(service.uploadRequests).toBe(0);
  },
);

test("without the file system's getFileInfo, the size is from wx.getFileInfo", async () => {
  const getFileInfo = ({ success }: { success(info: object): void }) => success({ size: BYTES.length });
  platform({ getFileSystemManager: () => ({}), getFileInfo });
  expect((await uploader().upload(PHOTO)).size).toBe(BYTES.length);
  expect(service.signed[0]?.query["size"]).toBe(String(BYTES.length));
});

describe("md5", () => {
  test.each<[string, object]>([
    ["gives none", { size: 5 }],
    ["gives an empty one", { size: 5, digest: "" }],
    ["gives one that is no MD5", { size: 5, digest: createHash("sha1").update(BYTES).digest("hex") }],
  ])("is refused if the platform %s", async (_, info) => {
    const getFileInfo = ({ success }: { success(info: object): void }) => success(info);
    platform({ getFileSystemManager: () => ({ getFileInfo }) });
    const error = await errorOf(uploader().upload(PHOTO, { md5 }));
    expect(error).toMatchObject({ kind: "client", code: "DigestUnavailable", retryable: false });
    expect(service.signed).toHaveLength(0);
    await uploader().upload(PHOTO);
  });
});

test("a platform that never answers about the file does not block the next", async () => {
  platform({ getFileSystemManager: () => ({ getFileInfo() {} }) });
  const { upload } = uploader({ transferTimeoutMs: 60_000, maxTransfers: 1, maxAttempts: 1 });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const failing = errorOf(upload(PHOTO));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await failing).toMatchObject({ kind: "timeout", code: "Timeout" });
  } finally {
    vi.useRealTimers();
  }
  platform({});
  await upload(PHOTO);
});

test.each([0, -3, Number.NaN, 2.5, "3", "many", null])(
  "maxTransfers %j still lets uploads through",
  async (maxTransfers) => {
    platform({});
    const options = {};
    Object.assign(options, { maxTransfers });
    await uploadAll(uploader(options), [PHOTO, PHOTO, PHOTO]);
    expect(service.uploads).toHaveLength(3);
  },
);
