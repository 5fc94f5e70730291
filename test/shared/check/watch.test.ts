import { beforeEach, expect, test } from "vitest";
import type { NamedCheck, OpenCheck } from "../../../shared/check/open-check.ts";
import { watchCheck } from "../../../shared/check/watch.ts";
import type { CosCall } from "../../../shared/cos/client.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import type { Rule } from "../../../shared/object/rule.ts";
import { openCheck, STORED_AT, storedFile, type TestBucket, testBucket } from "./bucket.ts";

const KEY = "uploads/20261127/1_a.jpg";
const ID = "own-1";
const HOUR = 3600;

let bucket: TestBucket;
beforeEach(() => use());

function use(rule: Partial<Rule> = {}): void {
  bucket = testBucket(rule);
  bucket.objects.set(KEY, "file");
}

/** Handles a check that was written this long ago, of a file that was stored this long ago; both in seconds. */
async function watch(more: Partial<OpenCheck>, age: number, sinceStored = age): Promise<string> {
  const check: OpenCheck = { ...openCheck(KEY), ...more };
  const named: NamedCheck = { id: ID, check };
  bucket.objects.set(`life/checks/${ID}`, JSON.stringify(check));
  const credential = { tmpSecretId: "", tmpSecretKey: "", securityToken: "", startTime: 0, expiredTime: 0 };
  const invocation = new Invocation({});
  const cos: CosCall = (request) => bucket.service.cos.call(request, credential, invocation);
  return await watchCheck(named, age, STORED_AT + sinceStored, cos, bucket.service, invocation);
}

const end = () => JSON.parse(bucket.objects.get(`life/state/${KEY}/ended`) ?? "{}");

test.each<[string, Partial<OpenCheck>, number]>([
  ["WeChat has half an hour to answer", {}, 30 * 60],
  ["anybody else who decides has a day", { is: "held" }, 23 * HOUR],
])("%s", async (_, check, age) => {
  expect(await watch(check, age)).toBe("checking");
  expect(end()).toEqual({});
});

test.each<[string, Partial<OpenCheck>, number, string]>([
  ["WeChat has not answered three times", { attempt: 3 }, 32 * 60, "NoResult"],
  ["WeChat could not be asked for a day", { is: "waiting", attempt: 0 }, 25 * HOUR, "CheckUnavailable"],
  ["nobody has decided for a day", { is: "held" }, 25 * HOUR, "NobodyDecided"],
])("when %s, the file is rejected", async (_, check, age, reason) => {
  expect(await watch(check, age)).toBe("rejected");
  expect(end()).toMatchObject({ state: "rejected", reason });
  expect(bucket.objects.has(KEY)).toBe(false);
  expect(bucket.objects.has(`life/checks/${ID}`)).toBe(false);
});

test("and accepted, if its rule says so", async () => {
  use({ undecided: "accept" });
  expect(await watch({ attempt: 3 }, 32 * 60)).toBe("accepted");
  expect(bucket.objects.has(KEY)).toBe(true);
});

test("the day counts from when the file was stored, however often WeChat is asked", async () => {
  expect(await watch({ is: "waiting", attempt: 0 }, 120, 25 * HOUR)).toBe("rejected");
});

test("a verdict that could not be carried out is carried out at once", async () => {
  const verdict = { state: "rejected", reason: "Risky" } as const;
  expect(await watch({ verdict }, 60)).toBe("rejected");
  expect(end()).toMatchObject(verdict);
});

test("a check of a file that was already decided is closed, and the decision stays", async () => {
  const file = storedFile(KEY);
  bucket.objects.set(`life/state/${KEY}/ended`, JSON.stringify({ state: "accepted", file, told: [] }));
  expect(await watch({ attempt: 3 }, 32 * 60)).toBe("accepted");
  expect(bucket.objects.has(`life/checks/${ID}`)).toBe(false);
});

test("a check of a deleted file is closed", async () => {
  bucket.objects.delete(KEY);
  expect(await watch({ attempt: 3 }, 32 * 60)).toBe("gone");
  expect(bucket.objects.has(`life/checks/${ID}`)).toBe(false);
});

test("a check that waits for WeChat, when WeChat is no longer used, is undecided", async () => {
  expect(await watch({ is: "waiting" }, 120)).toBe("rejected");
  expect(end()).toMatchObject({ reason: "NotCheckable" });
});
