import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { accepted } from "../../../packages/uploader/src/accepted.ts";
import { createCanceller, createUploader } from "../../../packages/uploader/src/index.ts";
import { parts } from "../../../packages/uploader/src/parts.ts";
import { png } from "../../dev/page/png.ts";
import { startTestEmulator } from "../../upload/emulator.ts";
import { by } from "./by.ts";
import { errorOf } from "./error-of.ts";
import { createWx, type TestWx } from "./wx.ts";

const GOOD = "wxfile://tmp/good.png";
const BAD = "wxfile://tmp/bad.png";
const PNG = png([[[0, 0, 255]]]);

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: TestWx;

beforeAll(async () => {
  emulator = await startTestEmulator({ triggers: true });
});
afterAll(() => emulator.close());

beforeEach(() => {
  phone = createWx({
    files: new Map([
      [GOOD, PNG],
      [BAD, Buffer.from("no picture at all")],
    ]),
    ca: readFileSync(emulator.caFile, "utf8"),
  });
  vi.stubGlobal("wx", phone.wx);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const uploader = (options: object = {}) =>
  createUploader({ endpoint: emulator.url, backoffMs: 1, ...options });

test.each(["POST", "PUT"] as const)(
  "by %s, a file is stored with its name and meta, in any language",
  async (method) => {
    const { key } = await uploader().upload(GOOD, {
      ...by(method),
      name: "照片 1.png",
      meta: { order: "17", title: "图" },
    });
    expect(emulator.store.get(key)?.headers).toEqual({
      "content-disposition": "attachment; filename*=UTF-8''%E7%85%A7%E7%89%87%201.png",
      "x-cos-meta-order": "17",
      "x-cos-meta-title": "=?UTF-8?B?5Zu+?=",
    });
  },
);

// In plain JavaScript, a value may be a number, or be missing.
test("a file uploaded in parts is stored with them too", async () => {
  phone.files.set(GOOD, Buffer.concat([PNG, Buffer.alloc(5 * 1024 * 1024)]));
  const { key } = await uploader({ parts, partsFrom: 1 }).upload(GOOD, {
    name: "照片.png",
    meta: JSON.parse('{ "order": 17, "from": null, "to": "" }'),
  });
  expect(emulator.store.get(key)?.headers).toEqual({
    "content-disposition": "attachment; filename*=UTF-8''%E7%85%A7%E7%89%87.png",
    "x-cos-meta-order": "17",
  });
});

test("the client can wait until a file is accepted", async () => {
  const { key } = await uploader().upload(GOOD, { until: accepted });
  const status = await fetch(`${emulator.url}/upload-status?key=${key}`);
  expect(await status.json()).toMatchObject({ state: "accepted" });
});

test("a rejected file fails with its reason and its key, without a second try", async () => {
  const error = await errorOf(uploader().upload(BAD, { until: accepted }));
  expect(error).toMatchObject({
    kind: "service",
    code: "Rejected",
    message: "WrongContent",
    retryable: false,
  });
  expect(error.key).toMatch(/^uploads\/.*\.png$/);
  expect(
    await errorOf(
      uploader()
        .upload(BAD)
        .then(() => Promise.reject("stored")),
    ),
  ).toBe("stored");
});

test("the wait has a limit, and can be cancelled", async () => {
  const { functions } = emulator;
  const slow = vi.spyOn(functions.get("uploaded") ?? expect.fail("not there"), "invoke");
  slow.mockImplementation(() => new Promise(() => {}));
  const error = await errorOf(uploader({ acceptTimeoutMs: 10 }).upload(GOOD, { until: accepted }));
  expect(error).toMatchObject({ kind: "timeout", code: "Timeout", key: expect.stringMatching(/^uploads\//) });
  const { signal, cancel } = createCanceller();
  const waiting = errorOf(uploader().upload(GOOD, { until: accepted, signal }));
  setTimeout(cancel, 300);
  expect((await waiting).code).toBe("Cancelled");
  slow.mockRestore();
});
