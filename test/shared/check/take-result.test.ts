import { beforeEach, describe, expect, test } from "vitest";
import { closeCheck, type OpenCheck, writeCheck } from "../../../shared/check/open-check.ts";
import { takeMediaResult } from "../../../shared/check/take-result.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { openCheck, STORED_AT, type TestBucket, testBucket } from "./bucket.ts";

const KEY = "uploads/20261127/1_a.jpg";
const CHECK = openCheck(KEY);
const ID = "60f96f1d-3845297a-1976a3ae";
const PASS = { traceId: ID, verdict: "pass", why: "Pass", label: 100 } as const;

let bucket: TestBucket;
beforeEach(() => {
  bucket = testBucket();
  bucket.objects.set(KEY, "file");
});

const cos = () => (request: Parameters<TestBucket["service"]["cos"]["call"]>[0]) =>
  bucket.service.cos.call(
    request,
    { tmpSecretId: "", tmpSecretKey: "", securityToken: "", startTime: 0, expiredTime: 0 },
    new Invocation({}),
  );
const open = (check: OpenCheck = CHECK) => writeCheck({ id: ID, check }, cos());
const take = (result: Parameters<typeof takeMediaResult>[0] = PASS) =>
  takeMediaResult(result, bucket.service, new Invocation({}));
const state = () => JSON.parse(bucket.objects.get(`life/state/${KEY}/ended`) ?? "{}").state;
const isOpen = () => bucket.objects.has(`life/checks/${ID}`);

test("a pass is accepted, and its check is closed", async () => {
  await open();
  expect(await take()).toBe("accepted");
  expect([state(), isOpen()]).toEqual(["accepted", false]);
});

describe("a result that comes before its check", () => {
  test("is kept, and nothing is accepted", async () => {
    expect(await take()).toBe("unknown");
    expect(JSON.parse(bucket.objects.get(`life/results/${ID}`) ?? "")).toMatchObject({ verdict: "pass" });
    expect(state()).toBeUndefined();
  });

  test("finds a check that is written while the result is being stored", async () => {
    bucket.before = ({ method, key }) => {
      if (method !== "PUT" || key !== `life/results/${ID}`) return false;
      bucket.before = () => false;
      bucket.objects.set(`life/checks/${ID}`, JSON.stringify(CHECK));
      return false;
    };
    expect(await take()).toBe("accepted");
    expect(bucket.objects.has(`life/results/${ID}`)).toBe(false);
    expect(isOpen()).toBe(false);
  });
});

test("a repeated result finds no check, and changes nothing", async () => {
  await open();
  await take({ ...PASS, verdict: "risky", why: "Risky" });
  bucket.objects.set(KEY, "file");
  expect(await take()).toBe("unknown");
  expect(state()).toBe("rejected");
});

test.each<[string, Partial<OpenCheck>]>([
  ["other bytes", { etag: "f" }],
  ["a later upload", { storedAt: STORED_AT - 1 }],
  ["the same bytes as a page within the same second", { type: "text/html" }],
])("a result for an upload that was replaced by %s is ignored", async (_, earlier) => {
  await open({ ...CHECK, ...earlier });
  expect(await take()).toBe("gone");
  expect([state(), isOpen(), bucket.objects.has(KEY)]).toEqual([undefined, false, true]);
});

test("WeChat is asked twice more about a file that it could not check", async () => {
  const failed = { ...PASS, verdict: "undecided", why: "CheckFailed" } as const;
  await open();
  expect(await take(failed)).toBe("checking");
  expect(JSON.parse(bucket.objects.get(`life/checks/${ID}`) ?? "")).toMatchObject({ is: "waiting" });
  await open({ ...CHECK, attempt: 3 });
  expect(await take(failed)).toBe("rejected");
});

test("a verdict that cannot be carried out is recorded in the check", async () => {
  await open();
  bucket.before = ({ key }) => key === `life/state/${KEY}/ended` && bucket.done.at(-1)?.startsWith("PUT");
  expect(await take({ ...PASS, verdict: "risky", why: "Risky" })).toBe("checking");
  expect(JSON.parse(bucket.objects.get(`life/checks/${ID}`) ?? "")).toMatchObject({
    verdict: { state: "rejected", reason: "Risky" },
  });
  expect(bucket.objects.has(KEY)).toBe(true);
});

test("when nothing can be written, the result is refused, so that it comes again", async () => {
  await open();
  bucket.before = ({ method }) => method === "PUT";
  await expect(take()).rejects.toThrow("Storage failed.");
  bucket.before = () => false;
  expect(await take()).toBe("accepted");
  await closeCheck(ID, cos());
});
