import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { watchChecks } from "../../../shared/check/watch-all.ts";
import type { CosAnswer } from "../../../shared/cos/client.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { openCheck, STORED_AT, type TestBucket, testBucket } from "./bucket.ts";

const HOUR = 3600;

let bucket: TestBucket;
/** How many checks are being looked after, and were at most: from when one is read until it is closed. */
let [open, most] = [0, 0];
beforeEach(() => {
  bucket = testBucket();
  [open, most] = [0, 0];
});

/** Runs when everything in the bucket is this old, in seconds. */
async function watchAt(age: number, invocation = new Invocation({ time_limit_in_ms: 60_000 })) {
  const { service } = bucket;
  const list = (prefix: string): CosAnswer => {
    const found = [...bucket.objects.keys()].filter((key) => key.startsWith(prefix));
    const time = new Date(STORED_AT * 1000).toISOString();
    const listed = found.map(
      (key) => `<Contents><Key>${key}</Key><Size>4</Size><LastModified>${time}</LastModified></Contents>`,
    );
    const body = Buffer.from(`<ListBucketResult>${listed.join("")}</ListBucketResult>`);
    return { status: 200, headers: { date: new Date((STORED_AT + age) * 1000).toUTCString() }, body };
  };
  const cos: typeof service.cos = {
    async call(request, credential, during) {
      if (request.key === "") return list(request.query?.["prefix"] ?? "");
      if (request.key.startsWith("life/checks/")) open += request.method === "GET" ? 1 : -1;
      most = Math.max(most, open);
      await new Promise(setImmediate);
      return await service.cos.call(request, credential, during);
    },
  };
  return await watchChecks({ ...service, cos }, invocation);
}

/** Open checks of files that are there no more. */
function ofDeletedFiles(count: number): void {
  for (let i = 0; i < count; i += 1) {
    bucket.objects.set(`life/checks/own-${i}`, JSON.stringify(openCheck(`uploads/20261127/${i}_a.jpg`)));
  }
}

test("a check that was written less than a minute ago is left to whoever works on it", async () => {
  bucket.objects.set("life/checks/own-1", "not a check");
  expect(await watchAt(59)).toEqual({ open: 0, ended: 0, asked: 0, failed: 0 });
  expect(bucket.objects.has("life/checks/own-1")).toBe(true);
  expect(await watchAt(60)).toEqual({ open: 0, ended: 1, asked: 0, failed: 0 });
  expect(bucket.objects.has("life/checks/own-1")).toBe(false);
});

test("a result whose check never comes is deleted after a day", async () => {
  bucket.objects.set("life/results/1", "{}");
  await watchAt(24 * HOUR - 1);
  expect(bucket.objects.has("life/results/1")).toBe(true);
  await watchAt(24 * HOUR);
  expect(bucket.objects.has("life/results/1")).toBe(false);
});

test("looks after eight at once", async () => {
  ofDeletedFiles(20);
  expect(await watchAt(2 * HOUR)).toMatchObject({ ended: 20 });
  expect(most).toBe(8);
});

describe("time", () => {
  test.each([
    [8000, 1],
    [7999, 0],
  ])("with %i ms left, begins %i", async (left, ended) => {
    vi.useFakeTimers({ toFake: ["hrtime"] });
    onTestFinished(() => void vi.useRealTimers());
    ofDeletedFiles(1);
    // 400 ms are kept for the answer.
    const invocation = new Invocation({ time_limit_in_ms: left + 400 });
    expect(await watchAt(2 * HOUR, invocation)).toMatchObject({ ended });
  });
});
