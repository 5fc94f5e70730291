import { beforeEach, expect, test } from "vitest";
import { beginCheck } from "../../../shared/check/begin.ts";
import type { CheckService } from "../../../shared/check/service.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { findUpload } from "../../../shared/life/upload.ts";
import { STORED_AT, storedFile, type TestBucket, testBucket } from "./bucket.ts";

const KEY = "uploads/20261127/1_a.jpg";
const ID = "60f96f1d-3845297a-1976a3ae";
const CHECK = { at: KEY, etag: "e", storedAt: STORED_AT, type: "image/jpeg", is: "asked", attempt: 1 };

let bucket: TestBucket;
let service: CheckService;
beforeEach(() => {
  bucket = testBucket();
  // The address is unreachable: WeChat must not be asked.
  const program = { appId: "wx1", secret: "s", endpoint: new URL("https://127.0.0.1:1") };
  const tokens = { get: async () => "t", forget: () => {} };
  service = { ...bucket.service, wechat: { program, tokens } };
  bucket.objects.set(KEY, "file");
  const marker = { state: "checking", file: storedFile(KEY), check: ID, told: [] };
  bucket.objects.set(`life/state/${KEY}/began`, JSON.stringify(marker));
  bucket.objects.set(`life/checks/${ID}`, JSON.stringify(CHECK));
});

/** Handles the upload's event again. */
async function again() {
  const upload = await findUpload([KEY], service, new Invocation({}));
  if (upload === undefined) throw new Error("There is no upload.");
  return await beginCheck(upload, false, service, new Invocation({}));
}

const found = (result: object) =>
  bucket.objects.set(`life/results/${ID}`, JSON.stringify({ traceId: ID, ...result }));

test("an early result whose invocation failed is carried out by the next one", async () => {
  found({ verdict: "risky", why: "Risky" });
  expect(await again()).toEqual({ state: "rejected", reason: "Risky" });
  found({ verdict: "pass", why: "Pass" });
  expect(await again()).toEqual({ state: "accepted" });
});

test("without a result, the file waits, and WeChat is not asked again", async () => {
  expect(await again()).toEqual({ state: "checking", isAsked: true });
});

test("an early result that says that WeChat could not check the file is not final", async () => {
  found({ verdict: "undecided", why: "CheckFailed" });
  expect(await again()).toEqual({ state: "checking", isAsked: true });
  bucket.objects.set(`life/checks/${ID}`, JSON.stringify({ ...CHECK, attempt: 3 }));
  expect(await again()).toEqual({ state: "rejected", reason: "CheckFailed" });
});

test("another file's result under this check's name decides nothing", async () => {
  bucket.objects.set(
    `life/results/${ID}`,
    JSON.stringify({ traceId: "another", verdict: "pass", why: "Pass" }),
  );
  expect(await again()).toEqual({ state: "checking", isAsked: true });
});

// A result comes within 30 minutes
// (https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_mediacheckasync).
test("WeChat may fetch the file for as long as it may take to answer", async () => {
  const key = "uploads/ann/20261127/1_a.jpg";
  bucket.objects.set(key, "file");
  bucket.objects.set("life/users/ann", JSON.stringify({ openid: "o1" }));
  const lives: number[] = [];
  const { sts } = service;
  service = {
    ...service,
    bucket: { ...service.bucket, host: "127.0.0.1:1" },
    sts: {
      ...sts,
      async credentialFor(grant, seconds, invocation) {
        if (![grant].flat().some((one) => one.key.startsWith("life/"))) lives.push(seconds);
        return await sts.credentialFor(grant, seconds, invocation);
      },
    },
  };
  const upload = await findUpload([key], service, new Invocation({}));
  if (upload === undefined) throw new Error("There is no upload.");
  lives.length = 0;
  await expect(beginCheck(upload, false, service, new Invocation({}))).rejects.toThrow("asked again");
  expect(lives).toEqual([1800]);
});
